/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libofsearch-xapian, loaded by the name that the build gave it. */
#include "indexer/base/xapian_late.h"

#include "indexer/base/error.h"
#include "indexer/base/late.h"

#ifdef OFS_LATE_SHIM
static ofsi_xapian loaded;

static const ofsi_late_symbol symbols[] = {
#define OFSI_XAPIAN_SYMBOL(name) {"ofs_xapian_" #name, (void *)&loaded.name},
    OFSI_XAPIAN_FUNCTIONS(OFSI_XAPIAN_SYMBOL)
#undef OFSI_XAPIAN_SYMBOL
};

/* Installed, and in the build folder. */
static const char *const folders[] = {OFS_BIN_TO_LIB, "../lib", NULL};

static ofsi_late_library library = {OFS_LATE_SHIM, symbols, sizeof symbols / sizeof symbols[0], OFSI_LATE_NEW,
                                    folders};

ofs_status ofsi_xapian_load(const ofsi_xapian **out, ofs_error *err) {
    bool there = ofsi_late_load(&library);
    *out = there ? &loaded : NULL;
    return there ? OFS_OK
                 : ofsi_fail(err, OFS_E_UNSUPPORTED,
                             "%s, which Xapian indexes need, is not installed or is of another version",
                             OFS_LATE_SHIM);
}
#else
ofs_status ofsi_xapian_load(const ofsi_xapian **out, ofs_error *err) {
    *out = NULL;
    return ofsi_fail(err, OFS_E_UNSUPPORTED, "this build has no support for Xapian indexes");
}
#endif
