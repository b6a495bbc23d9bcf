/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Query trees. A query refers to its parts, which libxapian counts. */
#include "shim/handles.h"

#include <cmath>

using shim::missing;
using shim::run;

/* Makes a query of what the body gives. */
template <typename Body> static ofs_status make(ofs_xapian_query **out, ofs_error *err, Body body) noexcept {
    if (!out)
        return missing(err);
    *out = nullptr;
    return run(err, nullptr, [&] {
        auto query = std::make_unique<ofs_xapian_query>();
        query->xapian = body();
        *out = query.release();
        return OFS_OK;
    });
}

void ofs_xapian_query_free(ofs_xapian_query *query) { shim::drop(query); }

/* ---- leaves ---- */

ofs_status ofs_xapian_query_term(ofs_xapian_bytes term, uint32_t wqf, ofs_xapian_query **out,
                                 ofs_error *err) {
    return make(out, err, [&] { return Xapian::Query(shim::copy(term), wqf ? wqf : 1); });
}

ofs_status ofs_xapian_query_all(ofs_xapian_query **out, ofs_error *err) {
    return make(out, err, [] { return Xapian::Query(std::string()); });
}

ofs_status ofs_xapian_query_nothing(ofs_xapian_query **out, ofs_error *err) {
    return make(out, err, [] { return Xapian::Query(); });
}

ofs_status ofs_xapian_query_value_range(uint32_t slot, ofs_xapian_bytes first, ofs_xapian_bytes last,
                                        ofs_xapian_query **out, ofs_error *err) {
    return make(out, err, [&] {
        return Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot, shim::copy(first), shim::copy(last));
    });
}

ofs_status ofs_xapian_query_value_ge(uint32_t slot, ofs_xapian_bytes first, ofs_xapian_query **out,
                                     ofs_error *err) {
    return make(out, err, [&] { return Xapian::Query(Xapian::Query::OP_VALUE_GE, slot, shim::copy(first)); });
}

ofs_status ofs_xapian_query_value_le(uint32_t slot, ofs_xapian_bytes last, ofs_xapian_query **out,
                                     ofs_error *err) {
    return make(out, err, [&] { return Xapian::Query(Xapian::Query::OP_VALUE_LE, slot, shim::copy(last)); });
}

/* ---- operators ---- */

static Xapian::Query::op operator_of(int op) {
    switch (op) {
    case OFS_XAPIAN_AND:
        return Xapian::Query::OP_AND;
    case OFS_XAPIAN_OR:
        return Xapian::Query::OP_OR;
    case OFS_XAPIAN_AND_NOT:
        return Xapian::Query::OP_AND_NOT;
    case OFS_XAPIAN_XOR:
        return Xapian::Query::OP_XOR;
    case OFS_XAPIAN_AND_MAYBE:
        return Xapian::Query::OP_AND_MAYBE;
    case OFS_XAPIAN_FILTER:
        return Xapian::Query::OP_FILTER;
    case OFS_XAPIAN_NEAR:
        return Xapian::Query::OP_NEAR;
    case OFS_XAPIAN_PHRASE:
        return Xapian::Query::OP_PHRASE;
    case OFS_XAPIAN_ELITE_SET:
        return Xapian::Query::OP_ELITE_SET;
    case OFS_XAPIAN_SYNONYM:
        return Xapian::Query::OP_SYNONYM;
    case OFS_XAPIAN_MAX:
        return Xapian::Query::OP_MAX;
    }
    throw Xapian::InvalidArgumentError("No such operator");
}

ofs_status ofs_xapian_query_combine(ofs_xapian_op op, const ofs_xapian_query *const *parts, size_t count,
                                    uint32_t parameter, ofs_xapian_query **out, ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!parts && count)
        return missing(err);
    for (size_t i = 0; i < count; i++)
        if (!parts[i])
            return missing(err);
    return make(out, err, [&] {
        Xapian::Query::op wanted = operator_of(shim::number_of(op));
        std::vector<Xapian::Query> list;
        list.reserve(count);
        for (size_t i = 0; i < count; i++)
            list.push_back(parts[i]->xapian);
        return Xapian::Query(wanted, list.begin(), list.end(), parameter);
    });
}

ofs_status ofs_xapian_query_scale(const ofs_xapian_query *query, double factor, ofs_xapian_query **out,
                                  ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!query)
        return missing(err);
    return make(out, err, [&] {
        if (!std::isfinite(factor))
            throw Xapian::InvalidArgumentError("A factor must be a number");
        return Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, query->xapian, factor);
    });
}

static int expansion_of(int expansion) {
    switch (expansion) {
    case OFS_XAPIAN_EXPAND_ALL_OR_FAIL:
        return Xapian::Query::WILDCARD_LIMIT_ERROR;
    case OFS_XAPIAN_EXPAND_FIRST:
        return Xapian::Query::WILDCARD_LIMIT_FIRST;
    case OFS_XAPIAN_EXPAND_MOST_FREQUENT:
        return Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT;
    }
    throw Xapian::InvalidArgumentError("No such kind of expansion");
}

ofs_status ofs_xapian_query_wildcard(const ofs_xapian_wildcard *wildcard, ofs_xapian_query **out,
                                     ofs_error *err) {
    if (out)
        *out = nullptr;
    if (!wildcard)
        return missing(err);
    return make(out, err, [&] {
        int op = shim::number_of(wildcard->op);
        if (op == OFS_XAPIAN_AND)
            op = OFS_XAPIAN_SYNONYM;
        if (op != OFS_XAPIAN_OR && op != OFS_XAPIAN_SYNONYM && op != OFS_XAPIAN_MAX)
            throw Xapian::InvalidArgumentError("A wildcard's terms are put together by OR, SYNONYM or MAX");
        return Xapian::Query(Xapian::Query::OP_WILDCARD, shim::copy(wildcard->prefix), wildcard->limit,
                             expansion_of(shim::number_of(wildcard->expansion)), operator_of(op));
    });
}

/* ---- what is in it ---- */

ofs_status ofs_xapian_query_description(const ofs_xapian_query *query, ofs_xapian_string *out,
                                        ofs_error *err) {
    shim::empty(out);
    if (!query || !out)
        return missing(err);
    return run(err, nullptr, [&] {
        shim::assign(out, query->xapian.get_description());
        return OFS_OK;
    });
}

ofs_status ofs_xapian_query_serialise(const ofs_xapian_query *query, ofs_xapian_string *out, ofs_error *err) {
    shim::empty(out);
    if (!query || !out)
        return missing(err);
    return run(err, nullptr, [&] {
        shim::assign(out, query->xapian.serialise());
        return OFS_OK;
    });
}

ofs_status ofs_xapian_query_unserialise(ofs_xapian_bytes serialised, ofs_xapian_query **out, ofs_error *err) {
    return make(out, err, [&] { return Xapian::Query::unserialise(shim::copy(serialised)); });
}

uint32_t ofs_xapian_query_length(const ofs_xapian_query *query) {
    return query ? query->xapian.get_length() : 0;
}
