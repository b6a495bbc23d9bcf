/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search: what is asked, how it is weighed and sorted, what is counted. */
#include "shim/handles.h"

#include <cmath>

using shim::missing;
using shim::run;

ofs_status ofs_xapian_enquire_new(const ofs_xapian_database *database, ofs_xapian_enquire **out,
                                  ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!database || !out)
        return missing(err);
    return run(err, &database->open.parts, [&] {
        *out = new ofs_xapian_enquire{Xapian::Enquire(database->open.xapian), database->open, {}};
        return OFS_OK;
    });
}

void ofs_xapian_enquire_free(ofs_xapian_enquire *enquire) { shim::drop(enquire); }

/* ---- settings ---- */

template <typename Set>
static ofs_status set(ofs_xapian_enquire *enquire, ofs_error *err, Set set_it) noexcept {
    if (!enquire)
        return missing(err);
    return run(err, &enquire->open.parts, [&] {
        set_it(enquire->xapian);
        return OFS_OK;
    });
}

static void require(bool holds, const char *message) {
    if (!holds)
        throw Xapian::InvalidArgumentError(message);
}

ofs_status ofs_xapian_enquire_set_query(ofs_xapian_enquire *enquire, const ofs_xapian_query *query,
                                        uint32_t length, ofs_error *err) {
    if (!query)
        return missing(err);
    return set(enquire, err, [&](Xapian::Enquire &to) { to.set_query(query->xapian, length); });
}

ofs_status ofs_xapian_enquire_set_bm25(ofs_xapian_enquire *enquire, const ofs_xapian_bm25 *parameters,
                                       ofs_error *err) {
    const ofs_xapian_bm25 standard = OFS_XAPIAN_BM25;
    const ofs_xapian_bm25 &p = parameters ? *parameters : standard;
    return set(enquire, err, [&](Xapian::Enquire &to) {
        require(std::isfinite(p.k1) && std::isfinite(p.k2) && std::isfinite(p.k3) && std::isfinite(p.b) &&
                    std::isfinite(p.min_normlen),
                "A parameter of BM25 must be a number");
        to.set_weighting_scheme(Xapian::BM25Weight(p.k1, p.k2, p.k3, p.b, p.min_normlen));
    });
}

ofs_status ofs_xapian_enquire_set_boolean(ofs_xapian_enquire *enquire, ofs_error *err) {
    return set(enquire, err, [](Xapian::Enquire &to) { to.set_weighting_scheme(Xapian::BoolWeight()); });
}

ofs_status ofs_xapian_enquire_set_collapse(ofs_xapian_enquire *enquire, uint32_t slot, uint32_t most,
                                           ofs_error *err) {
    return set(enquire, err, [&](Xapian::Enquire &to) { to.set_collapse_key(slot, most); });
}

ofs_status ofs_xapian_enquire_set_cutoff(ofs_xapian_enquire *enquire, uint32_t percent, double weight,
                                         ofs_error *err) {
    return set(enquire, err, [&](Xapian::Enquire &to) {
        require(percent <= 100 && weight >= 0,
                "A cutoff is from 0 to 100 percent, and a weight of 0 or more");
        to.set_cutoff(static_cast<int>(percent), weight);
    });
}

ofs_status ofs_xapian_enquire_set_sort(ofs_xapian_enquire *enquire, ofs_xapian_sort sort, uint32_t slot,
                                       bool reverse, ofs_error *err) {
    return set(enquire, err, [&](Xapian::Enquire &to) {
        const int wanted = shim::number_of(sort);
        require(wanted == OFS_XAPIAN_RELEVANCE || slot != OFS_XAPIAN_NO_SLOT,
                "No such value slot to sort by");
        switch (wanted) {
        case OFS_XAPIAN_RELEVANCE:
            return to.set_sort_by_relevance();
        case OFS_XAPIAN_VALUE:
            return to.set_sort_by_value(slot, reverse);
        case OFS_XAPIAN_VALUE_THEN_RELEVANCE:
            return to.set_sort_by_value_then_relevance(slot, reverse);
        case OFS_XAPIAN_RELEVANCE_THEN_VALUE:
            return to.set_sort_by_relevance_then_value(slot, reverse);
        }
        throw Xapian::InvalidArgumentError("No such way to sort");
    });
}

ofs_status ofs_xapian_enquire_set_docid_order(ofs_xapian_enquire *enquire, ofs_xapian_docid_order order,
                                              ofs_error *err) {
    return set(enquire, err, [&](Xapian::Enquire &to) {
        switch (shim::number_of(order)) {
        case OFS_XAPIAN_ASCENDING:
            return to.set_docid_order(Xapian::Enquire::ASCENDING);
        case OFS_XAPIAN_DESCENDING:
            return to.set_docid_order(Xapian::Enquire::DESCENDING);
        case OFS_XAPIAN_DONT_CARE:
            return to.set_docid_order(Xapian::Enquire::DONT_CARE);
        }
        throw Xapian::InvalidArgumentError("No such order of ids");
    });
}

ofs_status ofs_xapian_enquire_set_time_limit(ofs_xapian_enquire *enquire, double seconds, ofs_error *err) {
    return set(enquire, err, [&](Xapian::Enquire &to) {
        require(seconds >= 0, "A time limit is 0 seconds or more");
        to.set_time_limit(seconds);
    });
}

ofs_status ofs_xapian_enquire_add_counts(ofs_xapian_enquire *enquire, ofs_xapian_counts *counts,
                                         ofs_error *err) {
    if (!enquire || !counts)
        return missing(err);
    return run(err, &enquire->open.parts, [&] {
        /* Held before libxapian refers to it. */
        enquire->tallies.push_back(counts->shared);
        try {
            enquire->xapian.add_matchspy(&counts->shared->spy);
        } catch (...) {
            enquire->tallies.pop_back();
            throw;
        }
        return OFS_OK;
    });
}

ofs_status ofs_xapian_enquire_clear_counts(ofs_xapian_enquire *enquire, ofs_error *err) {
    if (!enquire)
        return missing(err);
    return run(err, &enquire->open.parts, [&] {
        enquire->xapian.clear_matchspies();
        enquire->tallies.clear();
        return OFS_OK;
    });
}

/* ---- results ---- */

static std::vector<ofs_xapian_mset::keys> keys_of(const Xapian::MSet &mset) {
    std::vector<ofs_xapian_mset::keys> items(mset.size());
    size_t at = 0;
    for (auto i = mset.begin(); i != mset.end(); ++i, at++) {
        items[at].collapse = i.get_collapse_key();
        items[at].sort = i.get_sort_key();
    }
    return items;
}

ofs_status ofs_xapian_enquire_search(ofs_xapian_enquire *enquire, const ofs_xapian_page *page,
                                     ofs_xapian_mset **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!enquire || !page || !out)
        return missing(err);
    for (const auto &one : enquire->tallies)
        if (one->visits)
            return shim::visited(err);
    return run(err, &enquire->open.parts, [&] {
        auto mset = std::make_unique<ofs_xapian_mset>();
        mset->xapian = enquire->xapian.get_mset(page->first, page->count, page->check_at_least);
        mset->open = enquire->open;
        mset->items = keys_of(mset->xapian);
        *out = mset.release();
        return OFS_OK;
    });
}

ofs_status ofs_xapian_enquire_visit_matching_terms(const ofs_xapian_enquire *enquire, uint32_t docid,
                                                   ofs_xapian_visit_bytes visit, void *context,
                                                   ofs_error *err) {
    if (!enquire || !visit)
        return missing(err);
    shim::opened held;
    return run(err, &held.parts, [&] {
        held = enquire->open;
        shim::visiting now(held.parts);
        return shim::show_names(enquire->xapian.get_matching_terms_begin(docid), visit, context);
    });
}
