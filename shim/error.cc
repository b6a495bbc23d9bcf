/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place where exceptions become statuses. */
#include "shim/handles.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

namespace {

/* By libxapian's name of the type, which an error that a server sends keeps too. */
const struct {
    const char *type;
    ofs_status status;
} statuses[] = {
    {"AssertionError", OFS_E_USAGE},
    {"InvalidArgumentError", OFS_E_USAGE},
    {"InvalidOperationError", OFS_E_USAGE},
    {"RangeError", OFS_E_USAGE},
    {"DatabaseClosedError", OFS_E_USAGE},
    {"UnimplementedError", OFS_E_UNSUPPORTED},
    {"FeatureUnavailableError", OFS_E_UNSUPPORTED},
    {"DatabaseVersionError", OFS_E_UNSUPPORTED},
    {"DatabaseCorruptError", OFS_E_CORRUPT},
    {"SerialisationError", OFS_E_CORRUPT},
    {"DatabaseLockError", OFS_E_LOCKED},
    {"DatabaseModifiedError", OFS_E_MODIFIED},
    {"DatabaseNotFoundError", OFS_E_NO_INDEX},
    {"DocNotFoundError", OFS_E_NOT_FOUND},
    {"NetworkTimeoutError", OFS_E_TIMEOUT},
    {"NetworkError", OFS_E_NETWORK},
    {"QueryParserError", OFS_E_QUERY},
    {"WildcardError", OFS_E_LIMIT},
};

/* `reason` is the system's, NULL when it had none: then it is what was read that is wrong. */
ofs_status status_of(const Xapian::Error &error, const char *reason) {
    for (const auto &row : statuses)
        if (std::strcmp(row.type, error.get_type()) == 0)
            return row.status;
    if (!reason && std::strcmp(error.get_type(), "DatabaseOpeningError") == 0)
        return OFS_E_NO_INDEX;
    if (!reason && std::strcmp(error.get_type(), "DatabaseError") == 0)
        return OFS_E_CORRUPT;
    return OFS_E_IO; /* also DatabaseCreateError, InternalError, and what later versions may add */
}

/* Puts a message together in the room it has: one line, cut at a character. */
class message {
  public:
    explicit message(ofs_error &err) : text(err.message) { text[0] = '\0'; }

    message &add(const char *from, size_t count) {
        count = std::min(count, room - size);
        for (size_t i = 0; i < count; i++) {
            unsigned char c = static_cast<unsigned char>(from[i]);
            text[size++] = c < 0x20 || c == 0x7F ? ' ' : from[i];
        }
        text[size] = '\0';
        return *this;
    }
    message &add(const char *from) { return add(from, std::strlen(from)); }
    message &add(const std::string &from) { return add(from.data(), from.size()); }
    bool has(const std::string &part) const { return std::strstr(text, part.c_str()) != nullptr; }

    void finish() {
        if (size < room)
            return;
        size_t start = size;
        while (start > 0 && size - start < 3 && (static_cast<unsigned char>(text[start - 1]) & 0xC0) == 0x80)
            start--;
        unsigned char lead = start > 0 ? static_cast<unsigned char>(text[start - 1]) : 0;
        size_t need = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (start > 0 && size - (start - 1) < need)
            text[start - 1] = '\0';
    }

  private:
    static constexpr size_t room = OFS_ERROR_MESSAGE_SIZE - 1;
    char *text;
    size_t size = 0;
};

/* Of several servers the first whose connection is gone; the others only lose what they still had to say. */
const shim::origin *lost_server(const shim::origins &parts) {
    for (const auto &part : parts) {
        if (!part->is_remote)
            continue;
        try {
            Xapian::Database(part->alone).keep_alive();
        } catch (const Xapian::NetworkError &) {
            return part.get();
        } catch (const Xapian::Error &) {
            continue;
        }
    }
    return nullptr;
}

/* libxapian leaves the place out of many messages: of a closed connection, of damage. */
const shim::origin *origin_of(const Xapian::Error &error, const shim::origins *parts) {
    if (!parts || parts->empty() || !error.get_context().empty())
        return nullptr;
    if (parts->size() == 1)
        return parts->front().get();
    return std::strcmp(error.get_type(), "NetworkError") == 0 ? lost_server(*parts) : nullptr;
}

ofs_status tell(ofs_error *err, const Xapian::Error &error, const shim::origins *parts) {
    const char *reason = error.get_error_string();
    ofs_status status = status_of(error, reason);
    if (!err)
        return status;
    message text(*err);
    text.add(error.get_type()).add(": ").add(error.get_msg());
    const shim::origin *from = origin_of(error, parts);
    const std::string &place = from ? from->place : error.get_context();
    if (!place.empty() && !text.has(place))
        text.add(" (").add(place).add(")");
    if (reason)
        text.add(": ").add(reason);
    text.finish();
    return status;
}

/* May throw: Xapian makes strings of its reasons. */
ofs_status sort_out(ofs_error *err, const shim::origins *parts) {
    try {
        throw;
    } catch (const Xapian::Error &error) {
        return tell(err, error, parts);
    } catch (const std::bad_alloc &) {
        return shim::fail(err, OFS_E_NOMEM, "out of memory");
    } catch (const std::length_error &error) {
        return shim::fail(err, OFS_E_LIMIT, error.what());
    } catch (const std::exception &error) {
        return shim::fail(err, OFS_E_IO, error.what());
    }
}

void begin(ofs_error *err, ofs_status status) {
    err->status = status;
    err->offset = -1;
    err->length = 0;
}

} // namespace

namespace shim {

ofs_status fail(ofs_error *err, ofs_status status, const char *text) noexcept {
    if (err) {
        begin(err, status);
        message(*err).add(text).finish();
    }
    return status;
}

ofs_status caught(ofs_error *err, const origins *parts) noexcept {
    try {
        ofs_status status = sort_out(err, parts);
        if (err)
            begin(err, status);
        return status;
    } catch (const std::bad_alloc &) {
        return fail(err, OFS_E_NOMEM, "out of memory");
    } catch (...) {
        return fail(err, OFS_E_IO, "an exception that is not one of C++'s own");
    }
}

} // namespace shim
