/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a database. */
#include "shim/handles.h"

using shim::missing;
using shim::run;
using shim::run_opening;

namespace shim {

int block_size(uint32_t bytes) {
    if (bytes == 0)
        return 8192;
    if (bytes < 2048 || bytes > 65536 || (bytes & (bytes - 1)) != 0)
        throw Xapian::InvalidArgumentError("A block's size must be a power of 2 from 2048 to 65536");
    return static_cast<int>(bytes);
}

} // namespace shim

/* ---- opening ---- */

static int flags_of(const ofs_xapian_writing &options) {
    int flags = 0;
    switch (shim::number_of(options.mode)) {
    case OFS_XAPIAN_CREATE_OR_OPEN:
        flags = Xapian::DB_CREATE_OR_OPEN;
        break;
    case OFS_XAPIAN_CREATE:
        flags = Xapian::DB_CREATE;
        break;
    case OFS_XAPIAN_OVERWRITE:
        flags = Xapian::DB_CREATE_OR_OVERWRITE;
        break;
    case OFS_XAPIAN_OPEN:
        flags = Xapian::DB_OPEN;
        break;
    default:
        throw Xapian::InvalidArgumentError("No such mode of opening");
    }
    if (options.wait_for_lock)
        flags |= Xapian::DB_RETRY_LOCK;
    if (options.no_sync)
        flags |= Xapian::DB_NO_SYNC;
    if (options.no_termlist)
        flags |= Xapian::DB_NO_TERMLIST;
    return flags;
}

static ofs_xapian_writer *wrap_writer(const Xapian::WritableDatabase &open, const shim::origins &parts,
                                      bool is_remote) {
    auto writer = std::make_unique<ofs_xapian_writer>();
    writer->xapian = open;
    writer->parts = parts;
    parts.front()->is_remote = is_remote;
    if (is_remote)
        parts.front()->alone = open;
    return writer.release();
}

ofs_status ofs_xapian_writer_open(const char *path, const ofs_xapian_writing *options,
                                  ofs_xapian_writer **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!path || !out)
        return missing(err);
    const ofs_xapian_writing wanted = options ? *options : ofs_xapian_writing();
    return run_opening(err, path, [&](shim::origins &parts) {
        Xapian::WritableDatabase open(path, flags_of(wanted), shim::block_size(wanted.block_size));
        *out = wrap_writer(open, parts, false);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_writer_open_memory(ofs_xapian_writer **out, ofs_error *err) {
    if (!out)
        return missing(err);
    *out = nullptr;
    return run_opening(err, "", [&](shim::origins &parts) {
        Xapian::WritableDatabase open(std::string(), Xapian::DB_BACKEND_INMEMORY);
        *out = wrap_writer(open, parts, false);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_writer_open_tcp(const ofs_xapian_tcp *server, ofs_xapian_writer **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    ofs_status status = out ? shim::check(server, err) : missing(err);
    if (status != OFS_OK)
        return status;
    return run_opening(err, "", [&](shim::origins &parts) {
        parts.front()->place = shim::place_of(*server);
        Xapian::WritableDatabase open =
            Xapian::Remote::open_writable(server->host, server->port, shim::wait_of(server->timeout_ms),
                                          shim::wait_of(server->connect_timeout_ms));
        *out = wrap_writer(open, parts, true);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_writer_open_program(const ofs_xapian_program *program, ofs_xapian_writer **out,
                                          ofs_error *err) {
    if (out)
        *out = nullptr;
    ofs_status status = out ? shim::check(program, err) : missing(err);
    if (status != OFS_OK)
        return status;
    return run_opening(err, "", [&](shim::origins &parts) {
        parts.front()->place = shim::place_of(*program);
        Xapian::WritableDatabase open = Xapian::Remote::open_writable(
            program->program, shim::arguments_of(*program), shim::wait_of(program->timeout_ms));
        *out = wrap_writer(open, parts, true);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_writer_database(const ofs_xapian_writer *writer, ofs_xapian_database **out,
                                      ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!writer || !out)
        return missing(err);
    return run(err, &writer->parts, [&] {
        auto database = std::make_unique<ofs_xapian_database>();
        database->open.xapian = writer->xapian;
        database->open.parts = writer->parts;
        *out = database.release();
        return OFS_OK;
    });
}

void ofs_xapian_writer_free(ofs_xapian_writer *writer) { shim::drop(writer); }

/* ---- changes ---- */

/* Every change goes this way: none while a callback visits the database. */
template <typename Change>
static ofs_status change(ofs_xapian_writer *writer, ofs_error *err, Change change_it) noexcept {
    if (!writer)
        return missing(err);
    if (shim::is_visited(writer->parts))
        return shim::visited(err);
    return run(err, &writer->parts, [&] {
        change_it(writer->xapian);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_writer_add(ofs_xapian_writer *writer, const ofs_xapian_document *document,
                                 uint32_t *docid, ofs_error *err) {
    if (docid)
        *docid = 0;
    if (!document)
        return missing(err);
    return change(writer, err, [&](Xapian::WritableDatabase &to) {
        Xapian::docid added = to.add_document(document->xapian);
        if (docid)
            *docid = added;
    });
}

ofs_status ofs_xapian_writer_replace(ofs_xapian_writer *writer, uint32_t docid,
                                     const ofs_xapian_document *document, ofs_error *err) {
    if (!document)
        return missing(err);
    return change(writer, err,
                  [&](Xapian::WritableDatabase &to) { to.replace_document(docid, document->xapian); });
}

ofs_status ofs_xapian_writer_replace_term(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                          const ofs_xapian_document *document, uint32_t *docid,
                                          ofs_error *err) {
    if (docid)
        *docid = 0;
    if (!document)
        return missing(err);
    return change(writer, err, [&](Xapian::WritableDatabase &to) {
        Xapian::docid replaced = to.replace_document(shim::copy(term), document->xapian);
        if (docid)
            *docid = replaced;
    });
}

ofs_status ofs_xapian_writer_delete(ofs_xapian_writer *writer, uint32_t docid, ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) { to.delete_document(docid); });
}

ofs_status ofs_xapian_writer_delete_term(ofs_xapian_writer *writer, ofs_xapian_bytes term, ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) { to.delete_document(shim::copy(term)); });
}

ofs_status ofs_xapian_writer_set_metadata(ofs_xapian_writer *writer, ofs_xapian_bytes key,
                                          ofs_xapian_bytes value, ofs_error *err) {
    return change(writer, err,
                  [&](Xapian::WritableDatabase &to) { to.set_metadata(shim::copy(key), shim::copy(value)); });
}

ofs_status ofs_xapian_writer_add_spelling(ofs_xapian_writer *writer, ofs_xapian_bytes word,
                                          uint32_t increment, ofs_error *err) {
    return change(writer, err,
                  [&](Xapian::WritableDatabase &to) { to.add_spelling(shim::copy(word), increment); });
}

ofs_status ofs_xapian_writer_remove_spelling(ofs_xapian_writer *writer, ofs_xapian_bytes word,
                                             uint32_t decrement, ofs_error *err) {
    return change(writer, err,
                  [&](Xapian::WritableDatabase &to) { to.remove_spelling(shim::copy(word), decrement); });
}

ofs_status ofs_xapian_writer_add_synonym(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                         ofs_xapian_bytes synonym, ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) {
        to.add_synonym(shim::copy(term), shim::copy(synonym));
    });
}

ofs_status ofs_xapian_writer_remove_synonym(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                            ofs_xapian_bytes synonym, ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) {
        to.remove_synonym(shim::copy(term), shim::copy(synonym));
    });
}

ofs_status ofs_xapian_writer_clear_synonyms(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                            ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) { to.clear_synonyms(shim::copy(term)); });
}

/* ---- commits ---- */

ofs_status ofs_xapian_writer_begin_transaction(ofs_xapian_writer *writer, bool flushed, ofs_error *err) {
    return change(writer, err, [&](Xapian::WritableDatabase &to) { to.begin_transaction(flushed); });
}

ofs_status ofs_xapian_writer_commit_transaction(ofs_xapian_writer *writer, ofs_error *err) {
    return change(writer, err, [](Xapian::WritableDatabase &to) { to.commit_transaction(); });
}

ofs_status ofs_xapian_writer_cancel_transaction(ofs_xapian_writer *writer, ofs_error *err) {
    return change(writer, err, [](Xapian::WritableDatabase &to) { to.cancel_transaction(); });
}

ofs_status ofs_xapian_writer_commit(ofs_xapian_writer *writer, ofs_error *err) {
    return change(writer, err, [](Xapian::WritableDatabase &to) { to.commit(); });
}

ofs_status ofs_xapian_writer_close(ofs_xapian_writer *writer, ofs_error *err) {
    return change(writer, err, [](Xapian::WritableDatabase &to) { to.close(); });
}
