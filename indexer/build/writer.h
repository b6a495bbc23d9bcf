/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer on any storage; the public header has the one on a directory. For tests and for other doors. */
#ifndef OFSI_BUILD_WRITER_H
#define OFSI_BUILD_WRITER_H

#include <ofsearch/index.h>

#include "indexer/base/storage.h"

/* As ofs_writer_open(); the storage becomes the writer's, also on failure. */
ofs_status ofsi_writer_open_storage(ofsi_storage *storage, const ofs_writer_options *options,
                                    ofs_writer **out, ofs_error *err);

#endif
