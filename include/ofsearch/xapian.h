/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the library knows of libxapian. Installed only where the library was configured with OFS_WITH_XAPIAN.
 */
#ifndef OFSEARCH_XAPIAN_H
#define OFSEARCH_XAPIAN_H

#include <ofsearch/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The version of the libxapian that is loaded ("1.4.22"), which may be newer than the one compiled against.
 * NULL when libxapian cannot tell. Static storage, thread-safe.
 */
OFS_API const char *ofs_xapian_version(void);

#ifdef __cplusplus
}
#endif

#endif
