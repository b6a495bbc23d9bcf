/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the shim share: calls that must succeed or fail, small databases, callbacks that write down what they see. */
#ifndef OFS_TESTS_SHIM_TOOLS_H
#define OFS_TESTS_SHIM_TOOLS_H

#include <ofsearch/xapian.h>

#include "tests/support/support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The call has `err` as its last argument. */
#define MUST(call)                                                                                           \
    do {                                                                                                     \
        ofs_error err = {0};                                                                                 \
        if ((call) != OFS_OK)                                                                                \
            test_die("%s:%d: %s: %s", __FILE__, __LINE__, #call, err.message);                               \
    } while (0)

/* Fails so, with a message that has all of `part` in it. */
#define MUST_FAIL(call, expected, part)                                                                      \
    do {                                                                                                     \
        ofs_error err = {0};                                                                                 \
        ofs_status got = (call);                                                                             \
        if (got != (expected) || err.status != (expected) || !strstr(err.message, (part)))                   \
            test_die("%s:%d: %s: status %d (expected %d), message: %s", __FILE__, __LINE__, #call, (int)got, \
                     (int)(expected), err.message);                                                          \
    } while (0)

static inline ofs_xapian_bytes text(const char *string) { return (ofs_xapian_bytes){string, strlen(string)}; }

static inline bool same(ofs_xapian_bytes bytes, const char *string) {
    return bytes.size == strlen(string) && (bytes.size == 0 || memcmp(bytes.data, string, bytes.size) == 0);
}

/* ---- documents of words, one position each; the data is the text, value 0 its first word, value 1 its length ---- */

static inline ofs_xapian_document *make_document(const char *words) {
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_document_new(&document, &err));
    MUST(ofs_xapian_document_set_data(document, text(words), &err));
    uint32_t position = 0;
    for (const char *p = words; *p;) {
        size_t size = strcspn(p, " ");
        ofs_xapian_bytes word = {p, size};
        if (position++ == 0)
            MUST(ofs_xapian_document_set_value(document, 0, word, &err));
        MUST(ofs_xapian_document_add_posting(document, word, position, 1, &err));
        p += size;
        p += strspn(p, " ");
    }
    char length[16];
    snprintf(length, sizeof length, "%04" PRIu32, position);
    MUST(ofs_xapian_document_set_value(document, 1, text(length), &err));
    return document;
}

static inline uint32_t add_document(ofs_xapian_writer *writer, const char *words) {
    ofs_xapian_document *document = make_document(words);
    uint32_t docid = 0;
    MUST(ofs_xapian_writer_add(writer, document, &docid, &err));
    ofs_xapian_document_free(document);
    return docid;
}

/* Texts, NULL at the end, committed to a new database at `path`. */
static inline void make_database(const char *path, const char *const *texts) {
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.no_sync = true}, &writer, &err));
    for (; *texts; texts++)
        add_document(writer, *texts);
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
}

static inline ofs_xapian_database *open_database(const char *path) {
    ofs_xapian_database *database = NULL;
    MUST(ofs_xapian_database_open(path, &database, &err));
    return database;
}

/* ---- what was seen, as text ---- */

typedef struct notes {
    char seen[4096];
    ofs_status answer; /* of every callback */
    void (*act)(struct notes *notes);
    void *handle; /* for `act` */
} notes;

static inline void note(notes *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void note(notes *to, const char *format, ...) {
    size_t used = strlen(to->seen);
    va_list args;
    va_start(args, format);
    vsnprintf(to->seen + used, sizeof to->seen - used, format, args);
    va_end(args);
    if (to->act)
        to->act(to);
}

static inline ofs_status note_term(void *context, const ofs_xapian_term *term) {
    note(context, "%.*s:%" PRIu32 ":%" PRIu32 " ", (int)term->name.size, term->name.data, term->termfreq,
         term->wdf);
    return ((notes *)context)->answer;
}

static inline ofs_status note_bytes(void *context, ofs_xapian_bytes bytes) {
    note(context, "%.*s ", (int)bytes.size, bytes.data);
    return ((notes *)context)->answer;
}

static inline ofs_status note_posting(void *context, const ofs_xapian_posting *posting) {
    note(context, "%" PRIu32 ":%" PRIu32 ":%" PRIu32 " ", posting->docid, posting->wdf, posting->doclength);
    return ((notes *)context)->answer;
}

static inline ofs_status note_position(void *context, uint32_t position) {
    note(context, "%" PRIu32 " ", position);
    return ((notes *)context)->answer;
}

static inline ofs_status note_value(void *context, const ofs_xapian_value *value) {
    note(context, "%" PRIu32 "@%" PRIu32 "=%.*s ", value->slot, value->docid, (int)value->value.size,
         value->value.data);
    return ((notes *)context)->answer;
}

static inline ofs_status note_count(void *context, const ofs_xapian_count *count) {
    note(context, "%.*s:%" PRIu32 " ", (int)count->value.size, count->value.data, count->count);
    return ((notes *)context)->answer;
}

/* ---- searches ---- */

static inline ofs_xapian_query *query_term(const char *term) {
    ofs_xapian_query *query = NULL;
    MUST(ofs_xapian_query_term(text(term), 0, &query, &err));
    return query;
}

/* Frees the parts. */
static inline ofs_xapian_query *combine(ofs_xapian_op op, uint32_t parameter, ofs_xapian_query *a,
                                        ofs_xapian_query *b) {
    ofs_xapian_query *query = NULL;
    const ofs_xapian_query *parts[] = {a, b};
    MUST(ofs_xapian_query_combine(op, parts, b ? 2 : 1, parameter, &query, &err));
    ofs_xapian_query_free(a);
    ofs_xapian_query_free(b);
    return query;
}

static inline ofs_xapian_mset *search_all(ofs_xapian_enquire *enquire) {
    ofs_xapian_mset *mset = NULL;
    MUST(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){0, 1000, UINT32_MAX}, &mset, &err));
    return mset;
}

/* The ids in order, "3 1 "; the caller's, given back with free(). */
static inline char *list_ids(const ofs_xapian_mset *mset) {
    ofs_xapian_matches matches;
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    notes seen = {.answer = OFS_OK};
    for (uint32_t i = 0; i < matches.size; i++) {
        ofs_xapian_item item;
        MUST(ofs_xapian_mset_item(mset, i, &item, &err));
        note_position(&seen, item.docid);
    }
    return test_format("%s", seen.seen);
}

#endif
