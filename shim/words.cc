/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database keeps beside its documents: metadata and spellings, read. writer.cc writes them. */
#include "shim/handles.h"

using shim::missing;
using shim::run;

ofs_status ofs_xapian_database_metadata(const ofs_xapian_database *database, ofs_xapian_bytes key,
                                        ofs_xapian_string *out, ofs_error *err) {
    shim::empty(out);
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        shim::assign(out, database->open.xapian.get_metadata(shim::copy(key)));
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_suggest(const ofs_xapian_database *database, ofs_xapian_bytes word,
                                       uint32_t distance, ofs_xapian_string *out, ofs_error *err) {
    shim::empty(out);
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        shim::assign(
            out, database->open.xapian.get_spelling_suggestion(shim::copy(word), distance ? distance : 2));
        return OFS_OK;
    });
}
