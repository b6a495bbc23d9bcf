/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facets: how often each value of a slot occurs among the matches. */
#include "shim/handles.h"

using shim::missing;
using shim::run;

ofs_status ofs_xapian_counts_new(uint32_t slot, ofs_xapian_counts **out, ofs_error *err) {
    if (!out)
        return missing(err);
    *out = nullptr;
    return run(err, nullptr, [&] {
        if (slot == OFS_XAPIAN_NO_SLOT)
            throw Xapian::InvalidArgumentError("No such value slot to count by");
        auto counts = std::make_unique<ofs_xapian_counts>();
        counts->shared = std::make_shared<shim::tally>(slot);
        *out = counts.release();
        return OFS_OK;
    });
}

ofs_status ofs_xapian_counts_total(const ofs_xapian_counts *counts, uint64_t *out, ofs_error *err) {
    if (out)
        *out = 0;
    if (!counts || !out)
        return missing(err);
    *out = counts->shared->spy.get_total();
    return OFS_OK;
}

/* A search would change the tally under the callback's feet; the handle may go. */
static ofs_status show_counts(const std::shared_ptr<shim::tally> &from, Xapian::TermIterator i,
                              ofs_xapian_visit_count visit, void *context) {
    struct counted {
        std::shared_ptr<shim::tally> held;
        ~counted() { held->visits--; }
    };
    from->visits++;
    counted now = {from};
    ofs_status status = OFS_OK;
    for (; status == OFS_OK && i != Xapian::TermIterator(); ++i) {
        std::string value = *i;
        ofs_xapian_count count = {shim::view(value), i.get_termfreq()};
        status = shim::show(visit, context, &count);
    }
    return status;
}

ofs_status ofs_xapian_counts_visit(const ofs_xapian_counts *counts, ofs_xapian_visit_count visit,
                                   void *context, ofs_error *err) {
    if (!counts || !visit)
        return missing(err);
    return run(err, nullptr, [&] {
        std::shared_ptr<shim::tally> held = counts->shared;
        return show_counts(held, held->spy.values_begin(), visit, context);
    });
}

ofs_status ofs_xapian_counts_visit_top(const ofs_xapian_counts *counts, uint32_t most,
                                       ofs_xapian_visit_count visit, void *context, ofs_error *err) {
    if (!counts || !visit)
        return missing(err);
    return run(err, nullptr, [&] {
        std::shared_ptr<shim::tally> held = counts->shared;
        return show_counts(held, held->spy.top_values_begin(most), visit, context);
    });
}

void ofs_xapian_counts_free(ofs_xapian_counts *counts) { shim::drop(counts); }
