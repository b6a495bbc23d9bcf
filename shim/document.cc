/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents: data, values and terms. libxapian reads those of a stored one when they are first asked for. */
#include "shim/handles.h"

using shim::missing;
using shim::run;
using shim::show;

namespace shim {

ofs_xapian_document *wrap(const Xapian::Document &document, const origins &parts) {
    auto made = std::make_unique<ofs_xapian_document>();
    made->xapian = document;
    made->parts = parts;
    made->visits = std::make_shared<unsigned>(0);
    return made.release();
}

} // namespace shim

ofs_status ofs_xapian_document_new(ofs_xapian_document **out, ofs_error *err) {
    if (!out)
        return missing(err);
    *out = nullptr;
    return run(err, nullptr, [&] {
        *out = shim::wrap(Xapian::Document(), shim::origins());
        return OFS_OK;
    });
}

void ofs_xapian_document_free(ofs_xapian_document *document) { shim::drop(document); }

uint32_t ofs_xapian_document_id(const ofs_xapian_document *document) {
    uint32_t docid = 0;
    if (document)
        run(nullptr, nullptr, [&] {
            docid = document->xapian.get_docid();
            return OFS_OK;
        });
    return docid;
}

/* ---- changes ---- */

template <typename Change>
static ofs_status change(ofs_xapian_document *document, ofs_error *err, Change change_it) noexcept {
    if (!document)
        return missing(err);
    if (*document->visits)
        return shim::visited(err);
    return run(err, &document->parts, [&] {
        change_it(document->xapian);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_document_set_data(ofs_xapian_document *document, ofs_xapian_bytes data,
                                        ofs_error *err) {
    return change(document, err, [&](Xapian::Document &to) { to.set_data(shim::copy(data)); });
}

ofs_status ofs_xapian_document_set_value(ofs_xapian_document *document, uint32_t slot, ofs_xapian_bytes value,
                                         ofs_error *err) {
    return change(document, err, [&](Xapian::Document &to) {
        if (slot == OFS_XAPIAN_NO_SLOT)
            throw Xapian::InvalidArgumentError("No such value slot");
        to.add_value(slot, shim::copy(value));
    });
}

ofs_status ofs_xapian_document_clear_values(ofs_xapian_document *document, ofs_error *err) {
    return change(document, err, [](Xapian::Document &to) { to.clear_values(); });
}

ofs_status ofs_xapian_document_add_posting(ofs_xapian_document *document, ofs_xapian_bytes term,
                                           uint32_t position, uint32_t wdf, ofs_error *err) {
    return change(document, err,
                  [&](Xapian::Document &to) { to.add_posting(shim::copy(term), position, wdf); });
}

ofs_status ofs_xapian_document_add_term(ofs_xapian_document *document, ofs_xapian_bytes term, uint32_t wdf,
                                        ofs_error *err) {
    return change(document, err, [&](Xapian::Document &to) { to.add_term(shim::copy(term), wdf); });
}

ofs_status ofs_xapian_document_remove_term(ofs_xapian_document *document, ofs_xapian_bytes term,
                                           ofs_error *err) {
    return change(document, err, [&](Xapian::Document &to) { to.remove_term(shim::copy(term)); });
}

ofs_status ofs_xapian_document_clear_terms(ofs_xapian_document *document, ofs_error *err) {
    return change(document, err, [](Xapian::Document &to) { to.clear_terms(); });
}

/* ---- what is in it ---- */

ofs_status ofs_xapian_document_data(const ofs_xapian_document *document, ofs_xapian_string *out,
                                    ofs_error *err) {
    shim::empty(out);
    if (!document || !out)
        return missing(err);
    return run(err, &document->parts, [&] {
        shim::assign(out, document->xapian.get_data());
        return OFS_OK;
    });
}

ofs_status ofs_xapian_document_value(const ofs_xapian_document *document, uint32_t slot,
                                     ofs_xapian_string *out, ofs_error *err) {
    shim::empty(out);
    if (!document || !out)
        return missing(err);
    return run(err, &document->parts, [&] {
        shim::assign(out, document->xapian.get_value(slot));
        return OFS_OK;
    });
}

/* A visit of a document: a callback may free the handle, but not change what it is shown. */
template <typename Visit, typename Body>
static ofs_status visit_document(const ofs_xapian_document *document, Visit visit, ofs_error *err,
                                 Body body) noexcept {
    if (!document || !visit)
        return missing(err);
    shim::origins parts;
    return run(err, &parts, [&] {
        struct counted {
            std::shared_ptr<unsigned> visits;
            ~counted() { --*visits; }
        };
        parts = document->parts;
        Xapian::Document from(document->xapian);
        ++*document->visits;
        counted now = {document->visits};
        shim::visiting database(parts);
        return body(from);
    });
}

ofs_status ofs_xapian_document_visit_terms(const ofs_xapian_document *document, ofs_xapian_visit_term visit,
                                           void *context, ofs_error *err) {
    return visit_document(document, visit, err, [&](const Xapian::Document &from) {
        ofs_status status = OFS_OK;
        for (auto i = from.termlist_begin(); status == OFS_OK && i != from.termlist_end(); ++i) {
            std::string name = *i;
            ofs_xapian_term term = {shim::view(name), 0, i.get_wdf()};
            status = show(visit, context, &term);
        }
        return status;
    });
}

ofs_status ofs_xapian_document_visit_positions(const ofs_xapian_document *document, ofs_xapian_bytes term,
                                               ofs_xapian_visit_position visit, void *context,
                                               ofs_error *err) {
    return visit_document(document, visit, err, [&](const Xapian::Document &from) {
        std::string name = shim::copy(term);
        auto i = from.termlist_begin();
        if (i != from.termlist_end())
            i.skip_to(name);
        if (i == from.termlist_end() || *i != name)
            return OFS_OK;
        return shim::show_positions(i.positionlist_begin(), visit, context);
    });
}

ofs_status ofs_xapian_document_visit_values(const ofs_xapian_document *document, ofs_xapian_visit_value visit,
                                            void *context, ofs_error *err) {
    return visit_document(document, visit, err, [&](const Xapian::Document &from) {
        ofs_status status = OFS_OK;
        for (auto i = from.values_begin(); status == OFS_OK && i != from.values_end(); ++i) {
            std::string bytes = *i;
            ofs_xapian_value value = {i.get_valueno(), from.get_docid(), shim::view(bytes)};
            status = show(visit, context, &value);
        }
        return status;
    });
}
