/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three notes put into a database in memory, then searched: what matches "red fox", best first, and how the matches spread
 * over the values of slot 0. With a folder as its argument the database is written there.
 *
 *     cc example.c $(pkg-config --cflags --libs ofsearch-xapian)
 */
#include <ofsearch/xapian.h>

#include <stdio.h>
#include <string.h>

static ofs_xapian_bytes text(const char *string) {
    ofs_xapian_bytes bytes = {string, strlen(string)};
    return bytes;
}

/* Every word is a term at its position; the first word is also value 0. */
static ofs_status add_note(ofs_xapian_writer *writer, const char *note, ofs_error *err) {
    ofs_xapian_document *document = NULL;
    uint32_t position = 0;
    ofs_status status = ofs_xapian_document_new(&document, err);
    if (status == OFS_OK)
        status = ofs_xapian_document_set_data(document, text(note), err);
    for (const char *p = note; status == OFS_OK && *p; p += strspn(p, " ")) {
        ofs_xapian_bytes word = {p, strcspn(p, " ")};
        if (position == 0)
            status = ofs_xapian_document_set_value(document, 0, word, err);
        if (status == OFS_OK)
            status = ofs_xapian_document_add_posting(document, word, ++position, 1, err);
        p += word.size;
    }
    if (status == OFS_OK)
        status = ofs_xapian_writer_add(writer, document, NULL, err);
    ofs_xapian_document_free(document);
    return status;
}

static ofs_status print_count(void *context, const ofs_xapian_count *count) {
    (void)context;
    printf("%.*s: %u\n", (int)count->value.size, count->value.data, (unsigned)count->count);
    return OFS_OK;
}

static ofs_status print_results(const ofs_xapian_mset *mset, ofs_error *err) {
    ofs_xapian_matches matches;
    ofs_xapian_string data = {NULL, 0, 0};
    ofs_status status = ofs_xapian_mset_matches(mset, &matches, err);
    for (uint32_t i = 0; status == OFS_OK && i < matches.size; i++) {
        ofs_xapian_item item;
        ofs_xapian_document *document = NULL;
        status = ofs_xapian_mset_item(mset, i, &item, err);
        if (status == OFS_OK)
            status = ofs_xapian_mset_document(mset, i, &document, err);
        if (status == OFS_OK)
            status = ofs_xapian_document_data(document, &data, err);
        if (status == OFS_OK)
            printf("%u %.3f %s\n", (unsigned)item.docid, item.weight, data.data);
        ofs_xapian_document_free(document);
    }
    ofs_xapian_string_free(&data);
    return status;
}

/* "red" OR "fox". A query holds its parts, so they can go at once. */
static ofs_status make_query(ofs_xapian_query **query, ofs_error *err) {
    ofs_xapian_query *red = NULL, *fox = NULL;
    ofs_status status = ofs_xapian_query_term(text("red"), 1, &red, err);
    if (status == OFS_OK)
        status = ofs_xapian_query_term(text("fox"), 1, &fox, err);
    if (status == OFS_OK) {
        const ofs_xapian_query *parts[] = {red, fox};
        status = ofs_xapian_query_combine(OFS_XAPIAN_OR, parts, 2, 0, query, err);
    }
    ofs_xapian_query_free(red);
    ofs_xapian_query_free(fox);
    return status;
}

static ofs_status search(const ofs_xapian_database *database, ofs_error *err) {
    static const ofs_xapian_bm25 bm25 = {1.2, 0, 0, 0.75, 0};
    static const ofs_xapian_page page = {0, 10, UINT32_MAX};
    ofs_xapian_query *query = NULL;
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_mset *mset = NULL;
    ofs_status status = make_query(&query, err);
    if (status == OFS_OK)
        status = ofs_xapian_enquire_new(database, &enquire, err);
    if (status == OFS_OK)
        status = ofs_xapian_enquire_set_query(enquire, query, 0, err);
    if (status == OFS_OK)
        status = ofs_xapian_enquire_set_bm25(enquire, &bm25, err);
    if (status == OFS_OK)
        status = ofs_xapian_counts_new(0, &counts, err);
    if (status == OFS_OK)
        status = ofs_xapian_enquire_add_counts(enquire, counts, err);
    if (status == OFS_OK)
        status = ofs_xapian_enquire_search(enquire, &page, &mset, err);
    if (status == OFS_OK)
        status = print_results(mset, err);
    if (status == OFS_OK)
        status = ofs_xapian_counts_visit(counts, print_count, NULL, err);
    ofs_xapian_mset_free(mset);
    ofs_xapian_counts_free(counts);
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_query_free(query);
    return status;
}

int main(int argc, char **argv) {
    static const char *const notes[] = {"red fox in the snow", "blue fox", "red hen", "grey goose"};
    ofs_error err;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *database = NULL;
    ofs_status status = argc > 1 ? ofs_xapian_writer_open(argv[1], NULL, &writer, &err)
                                 : ofs_xapian_writer_open_memory(&writer, &err);
    for (size_t i = 0; status == OFS_OK && i < sizeof notes / sizeof notes[0]; i++)
        status = add_note(writer, notes[i], &err);
    if (status == OFS_OK)
        status = ofs_xapian_writer_commit(writer, &err);
    if (status == OFS_OK)
        status = ofs_xapian_writer_database(writer, &database, &err);
    if (status == OFS_OK)
        status = search(database, &err);
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
    if (status != OFS_OK)
        fprintf(stderr, "%s\n", err.message);
    return status != OFS_OK;
}
