/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening databases, putting them together, and what is known of one as a whole. visits.cc has its lists. */
#include "shim/handles.h"

using shim::missing;
using shim::run;
using shim::run_opening;

namespace shim {

std::string place_of(const ofs_xapian_tcp &server) {
    return std::string("remote:tcp(") + server.host + ":" + std::to_string(server.port) + ")";
}

std::string place_of(const ofs_xapian_program &program) {
    return std::string("remote:prog(") + program.program + " " + arguments_of(program) + ")";
}

ofs_status check(const ofs_xapian_tcp *server, ofs_error *err) {
    if (!server || !server->host)
        return missing(err);
    if (server->port == 0)
        return fail(err, OFS_E_USAGE, "a server's port is 0");
    return OFS_OK;
}

ofs_status check(const ofs_xapian_program *program, ofs_error *err) {
    return program && program->program ? OFS_OK : missing(err);
}

} // namespace shim

/* ---- opening ---- */

ofs_status ofs_xapian_database_new(ofs_xapian_database **out, ofs_error *err) {
    if (!out)
        return missing(err);
    *out = nullptr;
    return run(err, nullptr, [&] {
        *out = new ofs_xapian_database();
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_open(const char *path, ofs_xapian_database **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!path || !out)
        return missing(err);
    return run_opening(err, path, [&](shim::origins &parts) {
        auto database = std::make_unique<ofs_xapian_database>();
        database->open.xapian = Xapian::Database(path);
        /* A stub file may name several; they have the one place. */
        while (parts.size() < database->open.xapian.size())
            parts.push_back(std::make_shared<shim::origin>(*parts.front()));
        database->open.parts = parts;
        *out = database.release();
        return OFS_OK;
    });
}

/* `parts` has the place of the server that answered. */
static ofs_xapian_database *wrap_remote(const Xapian::Database &remote, const shim::origins &parts) {
    auto database = std::make_unique<ofs_xapian_database>();
    database->open.xapian = remote;
    database->open.parts = parts;
    parts.front()->is_remote = true;
    parts.front()->alone = remote;
    return database.release();
}

ofs_status ofs_xapian_database_open_tcp(const ofs_xapian_tcp *server, ofs_xapian_database **out,
                                        ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!out)
        return missing(err);
    ofs_status status = shim::check(server, err);
    if (status != OFS_OK)
        return status;
    return run_opening(err, "", [&](shim::origins &parts) {
        parts.front()->place = shim::place_of(*server);
        *out = wrap_remote(Xapian::Remote::open(server->host, server->port, shim::wait_of(server->timeout_ms),
                                                shim::wait_of(server->connect_timeout_ms)),
                           parts);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_open_program(const ofs_xapian_program *program, ofs_xapian_database **out,
                                            ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!out)
        return missing(err);
    ofs_status status = shim::check(program, err);
    if (status != OFS_OK)
        return status;
    return run_opening(err, "", [&](shim::origins &parts) {
        parts.front()->place = shim::place_of(*program);
        *out = wrap_remote(Xapian::Remote::open(program->program, shim::arguments_of(*program),
                                                shim::wait_of(program->timeout_ms)),
                           parts);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_add(ofs_xapian_database *database, const ofs_xapian_database *part,
                                   ofs_error *err) {
    if (!database || !part)
        return missing(err);
    if (database == part)
        return shim::fail(err, OFS_E_USAGE, "a database cannot be added to itself");
    if (shim::is_visited(database->open.parts))
        return shim::visited(err);
    return run(err, &part->open.parts, [&] {
        shim::origins parts = database->open.parts;
        parts.insert(parts.end(), part->open.parts.begin(), part->open.parts.end());
        Xapian::Database both(database->open.xapian);
        both.add_database(part->open.xapian);
        database->open.xapian = both;
        database->open.parts.swap(parts);
        return OFS_OK;
    });
}

/* ---- the state of being open ---- */

ofs_status ofs_xapian_database_reopen(ofs_xapian_database *database, bool *changed, ofs_error *err) {
    if (changed)
        *changed = false;
    if (!database)
        return missing(err);
    if (shim::is_visited(database->open.parts))
        return shim::visited(err);
    return run(err, &database->open.parts, [&] {
        bool newer = database->open.xapian.reopen();
        if (changed)
            *changed = newer;
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_keep_alive(ofs_xapian_database *database, ofs_error *err) {
    if (!database)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        database->open.xapian.keep_alive();
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_close(ofs_xapian_database *database, ofs_error *err) {
    if (!database)
        return missing(err);
    if (shim::is_visited(database->open.parts))
        return shim::visited(err);
    return run(err, &database->open.parts, [&] {
        database->open.xapian.close();
        return OFS_OK;
    });
}

void ofs_xapian_database_free(ofs_xapian_database *database) { shim::drop(database); }

/* ---- what is known of it ---- */

ofs_status ofs_xapian_database_info(const ofs_xapian_database *database, ofs_xapian_info *out,
                                    ofs_error *err) {
    if (out)
        *out = ofs_xapian_info();
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        const Xapian::Database &from = database->open.xapian;
        ofs_xapian_info info = ofs_xapian_info();
        info.databases = from.size();
        info.doccount = from.get_doccount();
        info.lastdocid = from.get_lastdocid();
        info.total_length = from.get_total_length();
        info.average_length = from.get_avlength();
        info.doclength_lower_bound = from.get_doclength_lower_bound();
        info.doclength_upper_bound = from.get_doclength_upper_bound();
        info.has_positions = from.has_positions();
        *out = info;
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_uuid(const ofs_xapian_database *database, ofs_xapian_string *out,
                                    ofs_error *err) {
    shim::empty(out);
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        shim::assign(out, database->open.xapian.get_uuid());
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_locked(const ofs_xapian_database *database, bool *out, ofs_error *err) {
    if (out)
        *out = false;
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        *out = database->open.xapian.locked();
        return OFS_OK;
    });
}

/* A number that is asked of a database. */
template <typename Ask>
static ofs_status ask(const ofs_xapian_database *database, uint32_t *out, ofs_error *err,
                      Ask ask_it) noexcept {
    if (out)
        *out = 0;
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        *out = ask_it(database->open.xapian);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_termfreq(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                        uint32_t *out, ofs_error *err) {
    return ask(database, out, err,
               [&](const Xapian::Database &from) { return from.get_termfreq(shim::copy(term)); });
}

ofs_status ofs_xapian_database_collfreq(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                        uint32_t *out, ofs_error *err) {
    return ask(database, out, err,
               [&](const Xapian::Database &from) { return from.get_collection_freq(shim::copy(term)); });
}

ofs_status ofs_xapian_database_wdf_upper_bound(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                               uint32_t *out, ofs_error *err) {
    return ask(database, out, err,
               [&](const Xapian::Database &from) { return from.get_wdf_upper_bound(shim::copy(term)); });
}

ofs_status ofs_xapian_database_doclength(const ofs_xapian_database *database, uint32_t docid, uint32_t *out,
                                         ofs_error *err) {
    return ask(database, out, err, [&](const Xapian::Database &from) { return from.get_doclength(docid); });
}

ofs_status ofs_xapian_database_unique_terms(const ofs_xapian_database *database, uint32_t docid,
                                            uint32_t *out, ofs_error *err) {
    return ask(database, out, err,
               [&](const Xapian::Database &from) { return from.get_unique_terms(docid); });
}

ofs_status ofs_xapian_database_valuefreq(const ofs_xapian_database *database, uint32_t slot, uint32_t *out,
                                         ofs_xapian_string *lower, ofs_xapian_string *upper, ofs_error *err) {
    shim::empty(lower);
    shim::empty(upper);
    if (out)
        *out = 0;
    if (!database)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        const Xapian::Database &from = database->open.xapian;
        std::string least = lower ? from.get_value_lower_bound(slot) : std::string();
        std::string most = upper ? from.get_value_upper_bound(slot) : std::string();
        uint32_t count = out ? from.get_value_freq(slot) : 0;
        if (lower)
            shim::assign(lower, least);
        if (upper)
            shim::assign(upper, most);
        if (out)
            *out = count;
        return OFS_OK;
    });
}

ofs_status ofs_xapian_database_document(const ofs_xapian_database *database, uint32_t docid,
                                        ofs_xapian_document **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        *out = shim::wrap(database->open.xapian.get_document(docid), database->open.parts);
        return OFS_OK;
    });
}
