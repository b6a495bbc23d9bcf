/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which libxapian is loaded. Like every entry of the shim, no exception leaves it. */
#include <ofsearch/xapian.h>

#include <xapian.h>

const char *ofs_xapian_version(void) {
    try {
        return Xapian::version_string();
    } catch (...) {
        return nullptr;
    }
}
