/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of a database, one entry after the other to a callback. Each visit goes on with a copy of the database, which
 * costs a reference: a callback may free the handle.
 */
#include "shim/handles.h"

using shim::missing;
using shim::run;
using shim::show;
using shim::visiting;

namespace shim {

ofs_status show_names(Xapian::TermIterator from, ofs_xapian_visit_bytes visit, void *context) {
    ofs_status status = OFS_OK;
    for (; status == OFS_OK && from != Xapian::TermIterator(); ++from) {
        std::string name = *from;
        status = show(visit, context, view(name));
    }
    return status;
}

ofs_status show_positions(Xapian::PositionIterator from, ofs_xapian_visit_position visit, void *context) {
    ofs_status status = OFS_OK;
    for (; status == OFS_OK && from != Xapian::PositionIterator(); ++from)
        status = show(visit, context, *from);
    return status;
}

} // namespace shim

/*
 * A visit of a database: the body has a copy of it. Origins and database are held apart from the handle, which may be gone
 * when the body or an exception comes back.
 */
template <typename Visit, typename Body>
static ofs_status visit_database(const ofs_xapian_database *database, Visit visit, ofs_error *err,
                                 Body body) noexcept {
    if (!database || !visit)
        return missing(err);
    std::shared_ptr<shim::opened> held;
    ofs_status status = run(err, &database->open.parts, [&] {
        held = std::make_shared<shim::opened>(database->open);
        return OFS_OK;
    });
    if (status != OFS_OK)
        return status;
    return run(err, &held->parts, [&] {
        visiting now(held->parts);
        return body(held->xapian);
    });
}

ofs_status ofs_xapian_database_visit_terms(const ofs_xapian_database *database, ofs_xapian_bytes prefix,
                                           ofs_xapian_visit_term visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        ofs_status status = OFS_OK;
        std::string start = shim::copy(prefix);
        for (auto i = from.allterms_begin(start); status == OFS_OK && i != from.allterms_end(start); ++i) {
            std::string name = *i;
            ofs_xapian_term term = {shim::view(name), i.get_termfreq(), 0};
            status = show(visit, context, &term);
        }
        return status;
    });
}

ofs_status ofs_xapian_database_visit_postings(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                              uint32_t from, ofs_xapian_visit_posting visit, void *context,
                                              ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &in) {
        ofs_status status = OFS_OK;
        std::string name = shim::copy(term);
        auto i = in.postlist_begin(name);
        if (from > 1 && i != in.postlist_end(name))
            i.skip_to(from);
        for (; status == OFS_OK && i != in.postlist_end(name); ++i) {
            ofs_xapian_posting posting = {*i, i.get_wdf(), i.get_doclength()};
            status = show(visit, context, &posting);
        }
        return status;
    });
}

ofs_status ofs_xapian_database_visit_document(const ofs_xapian_database *database, uint32_t docid,
                                              ofs_xapian_visit_term visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        ofs_status status = OFS_OK;
        for (auto i = from.termlist_begin(docid); status == OFS_OK && i != from.termlist_end(docid); ++i) {
            std::string name = *i;
            ofs_xapian_term term = {shim::view(name), i.get_termfreq(), i.get_wdf()};
            status = show(visit, context, &term);
        }
        return status;
    });
}

ofs_status ofs_xapian_database_visit_positions(const ofs_xapian_database *database, uint32_t docid,
                                               ofs_xapian_bytes term, ofs_xapian_visit_position visit,
                                               void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        return shim::show_positions(from.positionlist_begin(docid, shim::copy(term)), visit, context);
    });
}

ofs_status ofs_xapian_database_visit_values(const ofs_xapian_database *database, uint32_t slot, uint32_t from,
                                            ofs_xapian_visit_value visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &in) {
        ofs_status status = OFS_OK;
        if (in.size() == 0)
            return status;
        auto i = in.valuestream_begin(slot);
        if (from > 1 && i != in.valuestream_end(slot))
            i.skip_to(from);
        for (; status == OFS_OK && i != in.valuestream_end(slot); ++i) {
            std::string bytes = *i;
            ofs_xapian_value value = {slot, i.get_docid(), shim::view(bytes)};
            status = show(visit, context, &value);
        }
        return status;
    });
}

ofs_status ofs_xapian_database_visit_metadata(const ofs_xapian_database *database, ofs_xapian_bytes prefix,
                                              ofs_xapian_visit_bytes visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        return shim::show_names(from.metadata_keys_begin(shim::copy(prefix)), visit, context);
    });
}

ofs_status ofs_xapian_database_visit_spellings(const ofs_xapian_database *database,
                                               ofs_xapian_visit_term visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        ofs_status status = OFS_OK;
        for (auto i = from.spellings_begin(); status == OFS_OK && i != from.spellings_end(); ++i) {
            std::string name = *i;
            ofs_xapian_term term = {shim::view(name), i.get_termfreq(), 0};
            status = show(visit, context, &term);
        }
        return status;
    });
}

ofs_status ofs_xapian_database_visit_synonyms(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                              ofs_xapian_visit_bytes visit, void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        return shim::show_names(from.synonyms_begin(shim::copy(term)), visit, context);
    });
}

ofs_status ofs_xapian_database_visit_synonym_keys(const ofs_xapian_database *database,
                                                  ofs_xapian_bytes prefix, ofs_xapian_visit_bytes visit,
                                                  void *context, ofs_error *err) {
    return visit_database(database, visit, err, [&](const Xapian::Database &from) {
        return shim::show_names(from.synonym_keys_begin(shim::copy(prefix)), visit, context);
    });
}
