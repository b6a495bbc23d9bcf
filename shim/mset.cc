/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of a search. */
#include "shim/handles.h"

using shim::missing;
using shim::run;

static ofs_status out_of_range(ofs_error *err) {
    return shim::fail(err, OFS_E_USAGE, "there is no such result");
}

ofs_status ofs_xapian_mset_matches(const ofs_xapian_mset *mset, ofs_xapian_matches *out, ofs_error *err) {
    if (out)
        *out = ofs_xapian_matches();
    if (!mset || !out)
        return missing(err);
    return run(err, &mset->open.parts, [&] {
        const Xapian::MSet &from = mset->xapian;
        ofs_xapian_matches matches = ofs_xapian_matches();
        matches.size = from.size();
        matches.first = from.get_firstitem();
        matches.lower_bound = from.get_matches_lower_bound();
        matches.estimated = from.get_matches_estimated();
        matches.upper_bound = from.get_matches_upper_bound();
        matches.uncollapsed_lower_bound = from.get_uncollapsed_matches_lower_bound();
        matches.uncollapsed_estimated = from.get_uncollapsed_matches_estimated();
        matches.uncollapsed_upper_bound = from.get_uncollapsed_matches_upper_bound();
        matches.max_possible = from.get_max_possible();
        matches.max_attained = from.get_max_attained();
        *out = matches;
        return OFS_OK;
    });
}

ofs_status ofs_xapian_mset_item(const ofs_xapian_mset *mset, uint32_t index, ofs_xapian_item *out,
                                ofs_error *err) {
    if (out)
        *out = ofs_xapian_item();
    if (!mset || !out)
        return missing(err);
    if (index >= mset->items.size())
        return out_of_range(err);
    return run(err, &mset->open.parts, [&] {
        Xapian::MSetIterator at = mset->xapian[index];
        ofs_xapian_item item = ofs_xapian_item();
        item.docid = *at;
        item.rank = at.get_rank();
        item.weight = at.get_weight();
        item.percent = static_cast<uint32_t>(at.get_percent());
        item.collapse_count = at.get_collapse_count();
        item.collapse_key = shim::view(mset->items[index].collapse);
        item.sort_key = shim::view(mset->items[index].sort);
        *out = item;
        return OFS_OK;
    });
}

ofs_status ofs_xapian_mset_document(const ofs_xapian_mset *mset, uint32_t index, ofs_xapian_document **out,
                                    ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!mset || !out)
        return missing(err);
    if (index >= mset->items.size())
        return out_of_range(err);
    return run(err, &mset->open.parts, [&] {
        *out = shim::wrap(mset->xapian[index].get_document(), mset->open.parts);
        return OFS_OK;
    });
}

ofs_status ofs_xapian_mset_termfreq(const ofs_xapian_mset *mset, ofs_xapian_bytes term, uint32_t *out,
                                    ofs_error *err) {
    if (out)
        *out = 0;
    if (!mset || !out)
        return missing(err);
    return run(err, &mset->open.parts, [&] {
        *out = mset->xapian.get_termfreq(shim::copy(term));
        return OFS_OK;
    });
}

ofs_status ofs_xapian_mset_termweight(const ofs_xapian_mset *mset, ofs_xapian_bytes term, double *out,
                                      ofs_error *err) {
    if (out)
        *out = 0;
    if (!mset || !out)
        return missing(err);
    return run(err, &mset->open.parts, [&] {
        *out = mset->xapian.get_termweight(shim::copy(term));
        return OFS_OK;
    });
}

static std::string text_or(const char *text, const char *standard) { return text ? text : standard; }

ofs_status ofs_xapian_mset_snippet(const ofs_xapian_mset *mset, ofs_xapian_bytes text,
                                   const ofs_xapian_snippet *options, ofs_xapian_string *out,
                                   ofs_error *err) {
    shim::empty(out);
    if (!mset || !out)
        return missing(err);
    const ofs_xapian_snippet wanted = options ? *options : ofs_xapian_snippet();
    return run(err, &mset->open.parts, [&] {
        unsigned flags = Xapian::MSet::SNIPPET_BACKGROUND_MODEL;
        if (!wanted.quick)
            flags |= Xapian::MSet::SNIPPET_EXHAUSTIVE;
        if (wanted.empty_without_match)
            flags |= Xapian::MSet::SNIPPET_EMPTY_WITHOUT_MATCH;
        Xapian::Stem stemmer = wanted.stemmer ? Xapian::Stem(wanted.stemmer) : Xapian::Stem();
        shim::assign(out, mset->xapian.snippet(shim::copy(text), wanted.length ? wanted.length : 500, stemmer,
                                               flags, text_or(wanted.start, "<b>"),
                                               text_or(wanted.end, "</b>"), text_or(wanted.omit, "...")));
        return OFS_OK;
    });
}

void ofs_xapian_mset_free(ofs_xapian_mset *mset) { shim::drop(mset); }
