/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ofs_search() as a caller meets it, over a small index on disk: hits, pages, filters, facets, hints, errors. */
#include <ofsearch/search.h>

#include "tests/property/exec/corpus.h"

static char *directory;

static void add(corpus *c, const char *text, const char *heading, const char *grade, uint8_t level) {
    corpus_para *p = corpus_add_para(c, text);
    p->depth = heading ? 2 : 0;
    p->path[0] = "The quality of services";
    p->path[1] = heading;
    p->grade = grade;
    p->level = level;
    p->levels = grade ? 4 : 0;
    p->page = 1 + p->place / 2;
}

static int make_index(void **state) {
    (void)state;
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_error err;
    directory = test_temp_dir();
    corpus_start(&c, "english");
    c.segment_count = 2;
    corpus_report *r = corpus_add_report(&c, "ashcombe-2011");
    r->title = "Inspection of safeguarding";
    r->provider = "Ashcombe Council";
    r->inspectorate = "Ofsted";
    r->published = ofsi_date_from_civil(2011, 7, 4);
    add(&c, "Missing children are found.", "Staying safe", "Good", 2);
    add(&c, "Children who go missing from care are asked why.", "Staying safe", "Good", 2);
    add(&c, "The multi-agency team (MASH) meets.", "Leadership", "Outstanding", 1);
    add(&c, "A legend with missing children in it.", NULL, NULL, 0);
    c.paras[3].kind = OFS_KIND_NOTE;
    r = corpus_add_report(&c, "brook-2013");
    r->segment = 1;
    r->provider = "Brook School";
    r->from = ofsi_date_from_civil(2013, 1, 14);
    r->to = ofsi_date_from_civil(2013, 1, 15);
    add(&c, "Children enjoy reading.", "Reading", "Inadequate", 4);
    add(&c, "Missing reports delay the panel.", "Leadership", "Good", 2);
    add(&c, "Reading is enjoyed.", NULL, NULL, 0);
    corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
    corpus_write(&c, storage);
    ofsi_storage_close(storage);
    corpus_free(&c);
    return 0;
}

static int drop_index(void **state) {
    (void)state;
    test_temp_remove(directory);
    return 0;
}

static ofs_results *ask(ofs_search_request request) {
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    ofs_error err;
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    corpus_check(ofs_search(index, &request, &results, &err), &err);
    ofs_index_close(index); /* results stand on their own */
    return results;
}

/* Asks for all hits; "id#place" of each, blank between. */
static void assert_found(ofs_search_request request, const char *expected) {
    char got[512] = "";
    if (request.limit == 0)
        request.limit = OFS_ALL;
    ofs_results *results = ask(request);
    for (size_t i = 0; i < results->hit_count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%c%u", i ? " " : "",
                 results->hits[i].report->id[0], results->hits[i].place);
    assert_string_equal(got, expected);
    ofs_results_free(results);
}

static void a_hit_says_where_it_is_from(void **state) {
    (void)state;
    ofs_results *results =
        ask((ofs_search_request){.query = "missing children", .limit = 10, .explain = true});
    assert_int_equal(results->total, 2);
    assert_int_equal(results->report_total, 1);
    assert_int_equal(results->hit_count, 2);
    assert_string_equal(results->query, "missing children");
    assert_string_equal(results->interpreted, "missing children");
    assert_int_equal(results->index_paragraphs, 7);
    assert_int_equal(results->index_reports, 2);
    assert_null(results->suggestion);
    const ofs_hit *hit = &results->hits[0];
    assert_int_equal(hit->rank, 1);
    assert_string_equal(hit->text, "Missing children are found.");
    assert_string_equal(hit->report->provider, "Ashcombe Council");
    assert_string_equal(hit->report->path, "folder/ashcombe-2011.txt");
    assert_int_equal(hit->report->published, ofsi_date_from_civil(2011, 7, 4));
    assert_int_equal(hit->report->inspected_to, OFS_NO_DATE);
    assert_string_equal(hit->number, "1");
    assert_int_equal(hit->page, 1);
    assert_int_equal(hit->section_depth, 2);
    assert_string_equal(hit->section[1], "Staying safe");
    assert_string_equal(hit->grade.label, "Good");
    assert_int_equal(hit->grade.level, 2);
    assert_int_equal(hit->length, 4);
    assert_int_equal(hit->highlight_count, 2); /* apart from each other: they are two words, not a phrase */
    assert_int_equal(hit->highlights[1].start, 8);
    assert_int_equal(hit->highlights[1].end, 16);
    assert_int_equal(hit->term_count, 2);
    assert_string_equal(hit->terms[0].term, "miss");
    assert_int_equal(hit->terms[0].df, 4); /* of all paragraphs, notes too */
    assert_true(hit->terms[0].score + hit->terms[1].score == hit->score);
    ofs_results_free(results);
}

/* These segments have no report details, as those that were written before there were any. */
static void an_index_without_details_knows_none(void **state) {
    (void)state;
    static const ofs_facet_request facets[] = {{.field = OFS_FACET_OVERALL, .limit = 0},
                                               {.field = OFS_FACET_INSPECTION, .limit = 0},
                                               {.field = OFS_FACET_ROLE, .limit = 0},
                                               {.field = OFS_FACET_PROVIDER, .limit = 0}};
    ofs_results *results =
        ask((ofs_search_request){.query = "grade:1..4", .limit = 1, .facets = facets, .facet_count = 4});
    assert_int_equal(results->facet_count, 4);
    for (int f = 0; f < 3; f++) {
        assert_int_equal(results->facets[f].value_count, 1);
        assert_null(results->facets[f].values[0].path);
        assert_int_equal(results->facets[f].values[0].count, 5);
    }
    assert_string_equal(results->facets[3].values[0].path[0], "Ashcombe Council"); /* as printed */
    assert_null(results->hits[0].report->inspection);
    assert_null(results->hits[0].report->provider_name);
    assert_null(results->hits[0].report->overall.label);
    assert_null(results->hits[0].role);
    ofs_results_free(results);
    assert_found((ofs_search_request){.query = "overall:1.. OR inspection:visit OR role:summary"}, "");
    assert_found((ofs_search_request){.query = "panel -overall:good -role:summary"}, "b1");
    assert_found((ofs_search_request){.query = "panel provider:brook"}, "b1");
}

static void pages_of_hits_go_on_where_the_last_ended(void **state) {
    (void)state;
    ofs_results *results = ask((ofs_search_request){.query = "children OR reading", .limit = 2, .offset = 1});
    ofs_results *all = ask((ofs_search_request){.query = "children OR reading", .limit = OFS_ALL});
    assert_int_equal(all->hit_count, 4);
    assert_int_equal(results->hit_count, 2);
    assert_int_equal(results->total, 4);
    assert_int_equal(results->hits[0].rank, 2);
    assert_string_equal(results->hits[0].text, all->hits[1].text);
    assert_string_equal(results->hits[1].text, all->hits[2].text);
    ofs_results_free(results);
    ofs_results_free(all);
    results = ask((ofs_search_request){.query = "children", .limit = 5, .offset = 100});
    assert_int_equal(results->hit_count, 0);
    assert_int_equal(results->total, 3);
    ofs_results_free(results);
    results = ask((ofs_search_request){.query = "children"});
    assert_int_equal(results->hit_count, 0);
    assert_int_equal(results->total, 3);
    ofs_results_free(results);
}

static void queries_without_words(void **state) {
    (void)state;
    assert_found((ofs_search_request){.query = NULL}, "a0 a1 a2 b0 b1 b2");
    assert_found((ofs_search_request){.query = "  "}, "a0 a1 a2 b0 b1 b2");
    assert_found((ofs_search_request){.query = "?!"}, "");
    const ofs_filter grade = {"grade", "outstanding"};
    assert_found((ofs_search_request){.query = "", .filters = &grade, .filter_count = 1}, "a2");
    assert_found((ofs_search_request){.query = "?!", .filters = &grade, .filter_count = 1}, "a2");
    assert_found((ofs_search_request){.query = "grade:4"}, "b0");
}

static void notes_are_found_only_when_asked_for(void **state) {
    (void)state;
    assert_found((ofs_search_request){.query = "legend"}, "");
    assert_found((ofs_search_request){.query = "legend kind:note"}, "a3");
    const ofs_filter note = {"kind", "note"};
    assert_found((ofs_search_request){.query = "", .filters = &note, .filter_count = 1}, "a3");
    assert_found((ofs_search_request){.query = "-kind:recommendation missing NOT children"}, "b1");
}

static void filters_of_one_field_are_alternatives(void **state) {
    (void)state;
    const ofs_filter filters[] = {
        {"grade", "outstanding"}, {"section", "leadership"}, {"grade", "good"}, {"provider", "brook"}};
    assert_found((ofs_search_request){.query = "", .filters = filters, .filter_count = 3}, "a2 b1");
    assert_found((ofs_search_request){.query = "", .filters = filters, .filter_count = 4}, "b1");
}

static void dates_from_and_to(void **state) {
    (void)state;
    const ofs_filter from = {"from", "2012"}, to = {"to", "2011-07-04"},
                     both[] = {{"from", "2011"}, {"to", "2011-06"}};
    assert_found((ofs_search_request){.query = "missing", .filters = &from, .filter_count = 1}, "b1");
    assert_found((ofs_search_request){.query = "=missing care", .filters = &to, .filter_count = 1}, "a1");
    assert_found((ofs_search_request){.query = "", .filters = both, .filter_count = 2}, "");
    const ofs_filter date = {"date", "2013-01-15"};
    assert_found((ofs_search_request){.query = "panel", .filters = &date, .filter_count = 1}, "b1");
}

static void hits_in_other_orders(void **state) {
    (void)state;
    assert_found((ofs_search_request){.query = "children OR reading", .sort = OFS_SORT_REPORT},
                 "a0 a1 b0 b2");
    assert_found((ofs_search_request){.query = "children OR reading", .sort = OFS_SORT_DATE}, "b0 b2 a0 a1");
}

static void facets_count_every_match(void **state) {
    (void)state;
    const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE, .limit = 0},
                                        {.field = OFS_FACET_SECTION, .limit = 1},
                                        {.field = OFS_FACET_YEAR, .limit = 0},
                                        {.field = OFS_FACET_REPORT, .limit = 0}};
    ofs_results *results = ask((ofs_search_request){
        .query = "missing OR reading OR children", .limit = 1, .facets = facets, .facet_count = 4});
    assert_int_equal(results->total, 5);
    assert_int_equal(results->facet_count, 4);
    const ofs_facet *grade = &results->facets[0], *section = &results->facets[1];
    assert_int_equal(grade->value_count, 3);
    assert_string_equal(grade->values[0].path[0], "Good");
    assert_int_equal(grade->values[0].count, 3);
    assert_string_equal(grade->values[1].path[0], "Inadequate");
    assert_null(grade->values[2].path); /* ungraded: last of its count */
    assert_int_equal(grade->values[2].count, 1);
    assert_int_equal(section->value_count, 1);
    assert_int_equal(section->distinct, 4);
    assert_int_equal(section->values[0].depth, 2);
    assert_string_equal(section->values[0].path[1], "Staying safe");
    assert_string_equal(results->facets[2].values[0].path[0], "2013");
    assert_int_equal(results->facets[3].values[0].count, 3);
    ofs_results_free(results);
    results = ask((ofs_search_request){.query = "?!", .facets = facets, .facet_count = 4});
    assert_int_equal(results->facet_count, 4);
    assert_int_equal(results->facets[0].value_count, 0);
    ofs_results_free(results);
}

static void a_query_without_a_match_gets_a_hint(void **state) {
    (void)state;
    ofs_results *results = ask((ofs_search_request){.query = "missing children zebras -care", .limit = 10});
    assert_int_equal(results->total, 0);
    assert_int_equal(results->word_count, 3);
    assert_string_equal(results->words[0].word, "missing");
    assert_int_equal(results->words[0].paragraphs, 3);
    assert_int_equal(results->words[0].without, 0);
    assert_string_equal(results->words[2].word, "zebras");
    assert_int_equal(results->words[2].paragraphs, 0);
    assert_int_equal(results->words[2].without, 1);
    assert_string_equal(results->suggestion, "missing children -care");
    ofs_results_free(results);
    results = ask((ofs_search_request){.query = "missing children zebras", .limit = 10, .bare = true});
    assert_int_equal(results->word_count, 0); /* who wants bare hits does not wait for it */
    assert_null(results->suggestion);
    ofs_results_free(results);
    results = ask((ofs_search_request){.query = "zebras", .limit = 10});
    assert_int_equal(results->word_count, 1);
    assert_null(results->suggestion);
    ofs_results_free(results);
    results = ask((ofs_search_request){.query = "zebras yaks", .limit = 10});
    assert_int_equal(results->word_count, 2);
    assert_null(results->suggestion); /* neither helps */
    ofs_results_free(results);
    const ofs_filter filter = {"provider", "ashcombe"};
    results = ask((ofs_search_request){.query = "zebras reading", .filters = &filter, .filter_count = 1});
    assert_int_equal(results->words[1].paragraphs, 2); /* filters aside */
    assert_int_equal(results->words[0].without, 0);
    assert_null(results->suggestion);
    ofs_results_free(results);
}

static void compounds_and_forms(void **state) {
    (void)state;
    assert_found((ofs_search_request){.query = "multiagency"}, "a2");
    assert_found((ofs_search_request){.query = "~\"multi agency teams\""}, "a2");
    assert_found((ofs_search_request){.query = "\"multi-agency team\""}, "a2");
    assert_found((ofs_search_request){.query = "=MASH"}, "a2");
    assert_found((ofs_search_request){.query = "=Mash"}, "");
    assert_found((ofs_search_request){.query = "=mash"}, "a2");
    assert_found((ofs_search_request){.query = "enjoy*"}, "b0 b2");
    assert_found((ofs_search_request){.query = "enjoye*"}, "b2");
    assert_found((ofs_search_request){.query = "missing BEFORE/1 from"}, "a1");
}

static void refuse(ofs_search_request request, ofs_status status, int64_t offset) {
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    ofs_error err;
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    assert_int_equal(ofs_search(index, &request, &results, &err), status);
    assert_null(results);
    assert_int_equal(err.status, status);
    assert_true(err.message[0] != '\0');
    assert_int_equal(err.offset, offset);
    ofs_index_close(index);
}

static void what_cannot_be_asked_is_refused(void **state) {
    (void)state;
    const ofs_filter unknown = {"colour", "red"}, wrong = {"grade", "9..x"}, soon = {"from", "soon"};
    refuse((ofs_search_request){.query = "(a"}, OFS_E_QUERY, 0);
    refuse((ofs_search_request){.filters = &unknown, .filter_count = 1}, OFS_E_USAGE, -1);
    refuse((ofs_search_request){.query = "a", .filters = &wrong, .filter_count = 1}, OFS_E_QUERY, -1);
    refuse((ofs_search_request){.query = "a", .filters = &soon, .filter_count = 1}, OFS_E_QUERY, -1);
    refuse((ofs_search_request){.query = "a", .b_set = true, .b = 1.5}, OFS_E_USAGE, -1);
    refuse((ofs_search_request){.query = "a", .k1_set = true, .k1 = -1.0}, OFS_E_USAGE, -1);
}

static void paragraphs_of_a_report(void **state) {
    (void)state;
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    ofs_error err;
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    corpus_check(ofs_index_paragraphs(index, "ashcombe-2011", 1, 2, &results, &err), &err);
    assert_int_equal(results->hit_count, 2);
    assert_int_equal(results->hits[0].place, 1);
    assert_string_equal(results->hits[1].text, "The multi-agency team (MASH) meets.");
    ofs_results_free(results);
    corpus_check(ofs_index_paragraphs(index, "folder/brook-2013.txt", 2, UINT32_MAX, &results, &err), &err);
    assert_int_equal(results->hit_count, 1);
    assert_string_equal(results->hits[0].report->id, "brook-2013");
    ofs_results_free(results);
    corpus_check(ofs_index_paragraphs(index, "brook-2013", 7, 1, &results, &err), &err);
    assert_int_equal(results->hit_count, 0);
    ofs_results_free(results);
    assert_int_equal(ofs_index_paragraphs(index, "brook", 0, 1, &results, &err), OFS_E_NOT_FOUND);
    ofs_index_close(index);
    assert_int_equal(ofs_index_open("/nonexistent/index", &index, &err), OFS_E_NO_INDEX);
    assert_null(index);
}

static void an_index_of_other_words_is_refused(void **state) {
    (void)state;
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_index *index = NULL;
    ofs_error err;
    char *other = test_temp_dir();
    corpus_start(&c, "english");
    corpus_add_report(&c, "a");
    corpus_add_para(&c, "word");
    for (int round = 0; round < 2; round++) {
        c.fingerprint = round ? NULL : "words 0";
        c.stemmer = round ? "klingon" : "english";
        corpus_check(ofsi_storage_open_dir(other, true, &storage, &err), &err);
        corpus_write(&c, storage);
        ofsi_storage_close(storage);
        assert_int_equal(ofs_index_open(other, &index, &err), OFS_E_UNSUPPORTED);
        assert_null(index);
    }
    corpus_free(&c);
    test_temp_remove(other);
}

static void bare_hits_are_fetched_when_they_are_wanted(void **state) {
    (void)state;
    ofs_index *index = NULL;
    ofs_results *whole = NULL, *bare = NULL, *fetched = NULL;
    ofs_error err;
    ofs_search_request request = {.query = "missing OR children", .limit = 10};
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    corpus_check(ofs_search(index, &request, &whole, &err), &err);
    request.bare = true;
    corpus_check(ofs_search(index, &request, &bare, &err), &err);
    assert_true(whole->hit_count > 2);
    assert_int_equal(bare->hit_count, whole->hit_count);
    uint64_t docs[10];
    for (size_t i = 0; i < bare->hit_count; i++) {
        assert_true(bare->hits[i].score == whole->hits[i].score);
        assert_int_equal(bare->hits[i].rank, i + 1);
        assert_null(bare->hits[i].report);
        docs[bare->hit_count - 1 - i] = bare->hits[i].doc;
    }
    corpus_check(ofs_index_fetch(index, docs, bare->hit_count, &fetched, &err), &err);
    for (size_t i = 0; i < whole->hit_count; i++) {
        const ofs_hit *hit = &fetched->hits[whole->hit_count - 1 - i];
        assert_string_equal(hit->text, whole->hits[i].text);
        assert_string_equal(hit->report->id, whole->hits[i].report->id);
        assert_int_equal(hit->doc, whole->hits[i].doc);
    }
    ofs_results_free(fetched);
    docs[0] = 1000000;
    assert_int_equal(ofs_index_fetch(index, docs, 1, &fetched, &err), OFS_E_NOT_FOUND);
    assert_null(fetched);
    ofs_results_free(bare);
    ofs_results_free(whole);
    ofs_index_close(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hit_says_where_it_is_from),
        cmocka_unit_test(an_index_without_details_knows_none),
        cmocka_unit_test(pages_of_hits_go_on_where_the_last_ended),
        cmocka_unit_test(queries_without_words),
        cmocka_unit_test(notes_are_found_only_when_asked_for),
        cmocka_unit_test(filters_of_one_field_are_alternatives),
        cmocka_unit_test(dates_from_and_to),
        cmocka_unit_test(hits_in_other_orders),
        cmocka_unit_test(facets_count_every_match),
        cmocka_unit_test(a_query_without_a_match_gets_a_hint),
        cmocka_unit_test(compounds_and_forms),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
        cmocka_unit_test(paragraphs_of_a_report),
        cmocka_unit_test(bare_hits_are_fetched_when_they_are_wanted),
        cmocka_unit_test(an_index_of_other_words_is_refused),
    };
    return cmocka_run_group_tests(tests, make_index, drop_index);
}
