/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is behind the handles, and the one way into libxapian: run(), out of which no exception comes. Used by every file of
 * the shim and by nobody else.
 */
#ifndef SHIM_HANDLES_H
#define SHIM_HANDLES_H

#include <ofsearch/xapian.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <xapian.h>

static_assert(sizeof(Xapian::docid) == 4 && sizeof(Xapian::termcount) == 4,
              "xapian.h has numbers of 32 bits");

namespace shim {

/*
 * One open database: where it is, and how many visits of it are under way. Every handle that holds it shares its origin,
 * so that a callback cannot change through another handle what is being visited.
 */
struct origin {
    std::string place; /* a path, or as libxapian names a server: "remote:tcp(127.0.0.1:5001)" */
    bool is_remote = false;
    Xapian::Database alone; /* of a server: without those it was put together with */
    unsigned visits = 0;
};

using origins = std::vector<std::shared_ptr<origin>>;

/* An open database with its origins, as the handles of it, of documents, of searches and of results hold it. */
struct opened {
    Xapian::Database xapian;
    origins parts;
};

/* A ValueCountMatchSpy, which libxapian only refers to. */
struct tally {
    explicit tally(Xapian::valueno slot) : spy(slot) {}
    Xapian::ValueCountMatchSpy spy;
    unsigned visits = 0;
};

} // namespace shim

struct ofs_xapian_database {
    shim::opened open;
};

struct ofs_xapian_writer {
    Xapian::WritableDatabase xapian;
    shim::origins parts;
};

struct ofs_xapian_document {
    Xapian::Document xapian;
    shim::origins parts;              /* of the database it came from */
    std::shared_ptr<unsigned> visits; /* of this document */
};

struct ofs_xapian_query {
    Xapian::Query xapian;
};

struct ofs_xapian_enquire {
    Xapian::Enquire xapian;
    shim::opened open;
    std::vector<std::shared_ptr<shim::tally>> tallies;
};

struct ofs_xapian_mset {
    struct keys {
        std::string collapse, sort;
    };
    Xapian::MSet xapian;
    shim::opened open;
    std::vector<keys> items; /* what ofs_xapian_item views */
};

struct ofs_xapian_counts {
    std::shared_ptr<shim::tally> shared;
};

namespace shim {

/* ---- errors (error.cc) ---- */

/* Status and message of the exception that is being handled, with the place where libxapian leaves it out. */
ofs_status caught(ofs_error *err, const origins *parts) noexcept;
ofs_status fail(ofs_error *err, ofs_status status, const char *text) noexcept;

/* ---- signals (pipe.cc) ---- */

/*
 * libxapian writes to sockets without a thought of SIGPIPE, which it has ignored for the whole process. A library may not
 * do that to a program: while one of these lives the signal waits, and what came is taken away at the end.
 */
class quiet_pipe {
  public:
    quiet_pipe() noexcept;
    ~quiet_pipe();
    quiet_pipe(const quiet_pipe &) = delete;
    quiet_pipe &operator=(const quiet_pipe &) = delete;

  private:
    bool counted = false;
};

/* Puts back what opening a remote database makes of SIGPIPE. It holds no lock while it lives: connections take time. */
class kept_pipe {
  public:
    kept_pipe() noexcept;
    ~kept_pipe();
    kept_pipe(const kept_pipe &) = delete;
    kept_pipe &operator=(const kept_pipe &) = delete;
};

/* Lets SIGPIPE through for as long as a callback runs: its pipes are its own affair. */
class loud_pipe {
  public:
    loud_pipe() noexcept;
    ~loud_pipe();
    loud_pipe(const loud_pipe &) = delete;
    loud_pipe &operator=(const loud_pipe &) = delete;

  private:
    unsigned kept_depth;
};

/* ---- the way in ---- */

/* The body gives a status or throws. `parts` are the databases that a message may be about, NULL: none. */
template <typename Body> ofs_status run(ofs_error *err, const origins *parts, Body body) noexcept {
    quiet_pipe quiet;
    try {
        return body();
    } catch (...) {
        return caught(err, parts);
    }
}

/*
 * As run(), for what may make a connection or start a program: the program must not inherit that SIGPIPE waits. `place` is
 * what a message is about where libxapian does not say it.
 */
template <typename Body> ofs_status run_opening(ofs_error *err, const char *place, Body body) noexcept {
    kept_pipe kept;
    origins parts;
    try {
        parts.push_back(std::make_shared<origin>());
        parts.front()->place = place;
        return body(parts);
    } catch (...) {
        return caught(err, &parts);
    }
}

inline ofs_status missing(ofs_error *err) noexcept {
    return fail(err, OFS_E_USAGE, "a handle or another pointer is NULL");
}

/* The end of a handle: its destructor may talk to a server. */
template <typename Handle> void drop(Handle *handle) noexcept {
    if (!handle)
        return;
    quiet_pipe quiet;
    try {
        delete handle;
    } catch (...) {
    }
}

/*
 * A caller in C may pass a number that the enumeration has not got, which C++ does not even allow to be looked at as
 * one.
 */
template <typename Enumeration> int number_of(const Enumeration &value) noexcept {
    int number;
    static_assert(sizeof number == sizeof value, "an enumeration of C");
    std::memcpy(&number, &value, sizeof number);
    return number;
}

/* ---- bytes (bytes.cc) ---- */

inline std::string copy(ofs_xapian_bytes bytes) {
    if (!bytes.data && bytes.size)
        throw Xapian::InvalidArgumentError("Bytes are NULL");
    return bytes.size ? std::string(bytes.data, bytes.size) : std::string();
}

inline ofs_xapian_bytes view(const std::string &text) { return {text.data(), text.size()}; }

/* Throws std::bad_alloc. */
void assign(ofs_xapian_string *out, const std::string &text);
inline void empty(ofs_xapian_string *string) {
    if (string && string->data)
        string->data[0] = '\0';
    if (string)
        string->size = 0;
}

/* ---- opening ---- */

/* Milliseconds as libxapian takes them. It would wait for ever for 0. */
inline useconds_t wait_of(uint32_t milliseconds) { return milliseconds ? milliseconds : 10000; }
inline std::string arguments_of(const ofs_xapian_program &program) {
    return program.arguments ? program.arguments : "";
}
std::string place_of(const ofs_xapian_tcp &server);
std::string place_of(const ofs_xapian_program &program);
ofs_status check(const ofs_xapian_tcp *server, ofs_error *err);
ofs_status check(const ofs_xapian_program *program, ofs_error *err);
/* Throws Xapian::InvalidArgumentError: libxapian itself takes another size instead, in silence. */
int block_size(uint32_t bytes);

/* A handle of a document that came from those databases, none for a new one. */
ofs_xapian_document *wrap(const Xapian::Document &document, const origins &parts);

/* ---- visits ---- */

/* Counts a visit in while it lives. Holds the origins, for a callback may free the handle. */
class visiting {
  public:
    explicit visiting(const origins &parts) : held(parts) {
        for (auto &part : held)
            part->visits++;
    }
    ~visiting() {
        for (auto &part : held)
            part->visits--;
    }
    visiting(const visiting &) = delete;
    visiting &operator=(const visiting &) = delete;

  private:
    origins held;
};

inline bool is_visited(const origins &parts) {
    for (const auto &part : parts)
        if (part->visits)
            return true;
    return false;
}

inline ofs_status visited(ofs_error *err) noexcept {
    return fail(err, OFS_E_USAGE, "what a callback is visiting may not be changed or closed by it");
}

/* What the callback gives, with its own pipes. */
template <typename Visit, typename Shown> ofs_status show(Visit visit, void *context, Shown shown) {
    loud_pipe loud;
    return visit(context, shown);
}

/* Names alone, from an iterator of terms to its end. */
ofs_status show_names(Xapian::TermIterator from, ofs_xapian_visit_bytes visit, void *context);
ofs_status show_positions(Xapian::PositionIterator from, ofs_xapian_visit_position visit, void *context);

} // namespace shim

#endif
