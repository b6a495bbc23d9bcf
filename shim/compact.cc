/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database written anew without gaps, and checked. */
#include "shim/handles.h"

#include <sstream>

using shim::missing;
using shim::run;

ofs_status ofs_xapian_database_compact(const ofs_xapian_database *database, const char *path,
                                       const ofs_xapian_compaction *options, ofs_error *err) {
    if (!database || !path)
        return missing(err);
    const ofs_xapian_compaction wanted = options ? *options : ofs_xapian_compaction();
    return run(err, &database->open.parts, [&] {
        unsigned flags = wanted.standard ? Xapian::Compactor::STANDARD : Xapian::Compactor::FULL;
        if (wanted.keep_docids)
            flags |= Xapian::DBCOMPACT_NO_RENUMBER;
        if (wanted.single_file)
            flags |= Xapian::DBCOMPACT_SINGLE_FILE;
        Xapian::Database from(database->open.xapian);
        from.compact(path, flags, shim::block_size(wanted.block_size));
        return OFS_OK;
    });
}

ofs_status ofs_xapian_check(const char *path, size_t *faults, ofs_xapian_string *report, ofs_error *err) {
    shim::empty(report);
    if (faults)
        *faults = 0;
    if (!path || !faults)
        return missing(err);
    return shim::run_opening(err, path, [&](shim::origins &) {
        std::ostringstream said;
        size_t found = Xapian::Database::check(std::string(path), 0, report ? &said : nullptr);
        if (report)
            shim::assign(report, said.str());
        *faults = found;
        return OFS_OK;
    });
}
