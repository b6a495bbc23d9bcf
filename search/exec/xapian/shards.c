/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The databases of an index as a set: opening them, checking that they belong together, and what is done when some of
 * them fail.
 *
 * libxapian asks several servers together, and when one fails the others' answers may still be under way; who asked them again
 * on the same connections would read answers to old questions. So after a failure every connection is given up, and all
 * servers are dialled anew, side by side. Those that cannot be reached are lost: an error, or with `partial` left out, and then
 * dialled again before each question, unless that took time: then not before as much time again has passed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "indexer/base/alloc.h"
#include "search/exec/xapian/dial.h"
#include "search/exec/xapian/engine.h"

/* How often, and how long apart, shards of one index are looked at that are not of one commit: one may be being made. */
enum { SETTLE_TRIES = 20, SETTLE_MS = 50, TIMEOUT_MS = 10000 };

static uint32_t timeout_of(const ofsi_xengine *e) {
    return e->options.timeout_ms ? e->options.timeout_ms : TIMEOUT_MS;
}

/* ---- open and lost ---- */

static int by_state(const void *a, const void *b) {
    const ofsi_xshard *x = a, *y = b;
    if (!x->database != !y->database)
        return x->database ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Puts the open ones in front. */
static void sort_shards(ofsi_xengine *e) {
    uint32_t all = e->shard_count + e->lost_count;
    qsort(e->shards, all, sizeof *e->shards, by_state);
    e->shard_count = 0;
    while (e->shard_count < all && e->shards[e->shard_count].database)
        e->shard_count++;
    e->lost_count = all - e->shard_count;
}

static void hang_up(ofsi_xengine *e, ofsi_xshard *shard) {
    e->x->database_free(shard->database);
    shard->database = NULL;
}

/* What was kept of the commit before, or of other shards. */
static void forget(ofsi_xengine *e) {
    e->x->document_free(e->document);
    e->document = NULL;
    ofsi_xdefinitions_free(&e->definitions);
    ofsi_long_forms_free(&e->long_forms);
}

/* Gives up the connections to all servers. */
static void hang_up_all(ofsi_xengine *e) {
    uint32_t all = e->shard_count + e->lost_count;
    forget(e);
    e->x->database_free(e->all);
    e->all = NULL;
    for (uint32_t i = 0; i < all; i++)
        if (e->shards[i].host)
            hang_up(e, &e->shards[i]);
    sort_shards(e);
    e->hung_up = true;
}

/* ---- messages that name the shard ---- */

/* libxapian names a server so. */
static void write_place(const ofsi_xshard *shard, ofsi_buf *out) {
    ofsi_buf_printf(out, "(remote:tcp(%s:%u))", shard->host, shard->port);
    ofsi_buf_byte(out, 0);
}

/* `why` with the shard's name in front, and libxapian's name of it taken out. */
static void name_shard(const ofsi_xengine *e, const ofsi_xshard *shard, ofs_error *why) {
    ofs_error bare = *why;
    ofsi_buf place = {0};
    if (shard->host)
        write_place(shard, &place);
    char *found = place.data && !place.failed ? strstr(bare.message, place.data) : NULL;
    if (found) {
        size_t size = place.size - 1;
        if (found > bare.message && found[-1] == ' ') {
            found--;
            size++;
        }
        memmove(found, found + size, strlen(found + size) + 1);
    }
    ofsi_buf_free(&place);
    if (strstr(bare.message, shard->name)) {
        *why = bare;
    } else if (bare.status == OFS_E_TIMEOUT) {
        ofsi_fail(why, bare.status, "%s gave no answer within %g s (%s)", shard->name, timeout_of(e) / 1000.0,
                  bare.message);
    } else {
        ofsi_fail(why, bare.status, "%s: %s", shard->name, bare.message);
    }
}

/* The server that a message is about; NULL when it names none. */
static ofsi_xshard *find_blamed(ofsi_xengine *e, const char *message) {
    for (uint32_t i = 0; i < e->shard_count + e->lost_count; i++) {
        ofsi_buf place = {0};
        if (!e->shards[i].host)
            continue;
        write_place(&e->shards[i], &place);
        bool named = place.data && !place.failed && strstr(message, place.data);
        ofsi_buf_free(&place);
        if (named)
            return &e->shards[i];
    }
    return NULL;
}

static ofs_status fail_lost(const ofsi_xshard *shard, ofs_error *err) {
    return ofsi_fail(err, shard->why.status, "%s", shard->why.message);
}

/* Where others of the index answer, `partial` is a way out of what waiting may mend. */
static ofs_status offer_partial(const ofsi_xengine *e, bool others, ofs_status status, ofs_error *err) {
    if (!err || e->options.partial || !others || (status != OFS_E_NETWORK && status != OFS_E_TIMEOUT))
        return status;
    ofs_error bare = *err;
    return ofsi_fail(err, status, "%s; --partial searches the rest", bare.message);
}

/* ---- one shard ---- */

static ofs_status read_count(const ofsi_xshard *shard, const ofs_xapian_string *text, const char *key,
                             uint64_t *count, ofs_error *err) {
    return ofsi_xapian_read_count(ofsi_xstring_span(text), count)
               ? OFS_OK
               : ofsi_fail(err, OFS_E_CORRUPT, "%s: its %s is no number", shard->name, key);
}

static ofs_status count_failures(ofsi_xshard *shard, ofsi_span data, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_manifest_failure *failures;
    uint32_t count = 0;
    ofs_status status =
        data.size ? ofsi_xapian_failures_read(data, shard->name, &arena, &failures, &count, err) : OFS_OK;
    shard->failures = count;
    ofsi_arena_free(&arena);
    return status;
}

/* The stemmer and rules for words of the first shard that is met are the engine's; the others' must be the same. */
static ofs_status check_words(ofsi_xengine *e, const ofsi_xshard *shard, const ofsi_xdial *dial,
                              ofs_error *err) {
    ofsi_span fingerprint = ofsi_xstring_span(&dial->answers[OFSI_XASKED_FINGERPRINT]);
    if (!e->analyzer)
        return ofsi_engine_analyzer(ofsi_xstring_span(&dial->answers[OFSI_XASKED_STEMMER]), fingerprint,
                                    &e->analyzer, err);
    if (ofsi_span_equal(fingerprint, ofsi_span_of(ofsi_analyzer_fingerprint(e->analyzer))))
        return OFS_OK;
    return ofsi_fail(err, OFS_E_UNSUPPORTED,
                     "%s was made by other rules for words than the other databases: make it anew",
                     shard->name);
}

static ofs_status read_place(ofsi_xshard *shard, ofsi_span text, ofs_error *err) {
    shard->number = shard->parts = 0;
    if (text.size && !ofsi_xapian_shard_read(text, &shard->number, &shard->parts))
        return ofsi_fail(err, OFS_E_CORRUPT, "%s: its place among shards is damaged", shard->name);
    shard->is_placed = true;
    return OFS_OK;
}

/* What a database says of itself, into the shard; whether it can be used. */
static ofs_status take_answers(ofsi_xengine *e, ofsi_xshard *shard, const ofsi_xdial *dial, ofs_error *err) {
    const ofs_xapian_string *answers = dial->answers;
    ofs_status status =
        ofsi_xapian_head_check(ofsi_xstring_span(&answers[OFSI_XASKED_HEAD]), shard->name, false, err);
    if (status == OFS_OK)
        status = check_words(e, shard, dial, err);
    if (status == OFS_OK)
        status =
            read_count(shard, &answers[OFSI_XASKED_REPORTS], OFSI_XAPIAN_KEY_REPORTS, &shard->reports, err);
    if (status == OFS_OK)
        status = read_count(shard, &answers[OFSI_XASKED_GENERATION], OFSI_XAPIAN_KEY_GENERATION,
                            &shard->generation, err);
    if (status == OFS_OK)
        status = count_failures(shard, ofsi_xstring_span(&answers[OFSI_XASKED_FAILURES]), err);
    if (status == OFS_OK)
        status = read_place(shard, ofsi_xstring_span(&answers[OFSI_XASKED_SHARD]), err);
    if (status != OFS_OK)
        return status;
    ofsi_span archive = ofsi_xstring_span(&answers[OFSI_XASKED_ARCHIVE]);
    ofsi_free(shard->uuid);
    ofsi_free(shard->archive);
    shard->uuid = ofsi_strndup(dial->uuid.data ? dial->uuid.data : "", dial->uuid.size);
    shard->archive = ofsi_strndup(archive.data ? archive.data : "", archive.size);
    return shard->uuid && shard->archive ? OFS_OK : ofsi_fail_nomem(err);
}

/* What is wrong with a shard that no waiting mends: such a one is an error, also where shards may be missing. */
static bool is_wrong(ofs_status status) {
    return status == OFS_E_USAGE || status == OFS_E_UNSUPPORTED || status == OFS_E_NOMEM;
}

/*
 * Says what an index file has at a name that is no database. One that a person has written must be right, whatever may be missing;
 * of a split index a folder may be away.
 */
static bool is_misnamed(const ofsi_xengine *e, ofsi_xshard *shard) {
    const char *what = shard->path && shard->listed ? ofsi_xlocal_describe(shard->path) : NULL;
    if (!what)
        return false;
    shard->why.status =
        ofsi_fail(&shard->why, OFS_E_NO_INDEX, "%s: %s: %s", shard->listed, shard->name, what);
    return !e->expected;
}

static ofs_status take_dial(ofsi_xengine *e, ofsi_xshard *shard, ofsi_xdial *dial, ofs_error *err) {
    if (dial->status == OFS_OK)
        dial->status = take_answers(e, shard, dial, &dial->why);
    if (dial->status == OFS_OK) {
        shard->database = dial->database;
        dial->database = NULL;
        return OFS_OK;
    }
    shard->why = dial->why;
    shard->why.status = dial->status;
    name_shard(e, shard, &shard->why);
    shard->retry_at = dial->took_ms >= timeout_of(e) / 2 ? ofsi_xclock_ms() + dial->took_ms : 0;
    bool is_local = is_misnamed(e, shard);
    return is_local || is_wrong(dial->status) ? fail_lost(shard, err) : OFS_OK;
}

/* Opens the lost ones whose time it is. */
static ofs_status dial_lost(ofsi_xengine *e, ofs_error *err) {
    uint64_t now = ofsi_xclock_ms();
    size_t count = 0;
    ofsi_xdial *dials = ofsi_calloc((size_t)e->lost_count + 1, sizeof *dials);
    uint32_t *which = ofsi_calloc((size_t)e->lost_count + 1, sizeof *which);
    ofs_status status = dials && which ? OFS_OK : ofsi_fail_nomem(err);
    for (uint32_t i = e->shard_count; i < e->shard_count + e->lost_count && status == OFS_OK; i++) {
        const ofsi_xshard *shard = &e->shards[i];
        if (shard->retry_at > now)
            continue;
        dials[count] = (ofsi_xdial){.path = shard->path, .host = shard->host, .port = shard->port};
        which[count++] = i;
    }
    if (status == OFS_OK && count)
        status = ofsi_xdial_all(e->x, dials, count, timeout_of(e), err);
    for (size_t i = 0; i < count; i++) {
        if (status == OFS_OK)
            status = take_dial(e, &e->shards[which[i]], &dials[i], err);
        ofsi_xdial_free(e->x, &dials[i]);
    }
    ofsi_free(which);
    ofsi_free(dials);
    sort_shards(e);
    return status;
}

/* ---- the set ---- */

static ofs_status check_pair(const ofsi_xshard *x, const ofsi_xshard *y, ofs_error *err) {
    if (*x->uuid && strcmp(x->uuid, y->uuid) == 0)
        return ofsi_fail(err, OFS_E_USAGE, "%s and %s are the same database", x->name, y->name);
    if (!x->parts || !y->parts)
        return OFS_OK;
    if (x->parts != y->parts)
        return ofsi_fail(err, OFS_E_USAGE, "%s is one of %u shards, %s one of %u: they are not of one index",
                         x->name, x->parts, y->name, y->parts);
    /* A commit that is being made may be the first to write it. */
    bool is_new = (!*x->archive || !*y->archive) && x->generation != y->generation;
    if (!is_new && strcmp(x->archive, y->archive) != 0)
        return ofsi_fail(err, OFS_E_USAGE, "%s belongs to another index than %s", y->name, x->name);
    if (x->number == y->number)
        return ofsi_fail(err, OFS_E_USAGE, "%s and %s are both shard-%u of %u", x->name, y->name, x->number,
                         x->parts);
    return OFS_OK;
}

/* How many shards the split index has of which some are open; 0: they are databases of their own. */
static uint32_t parts_of(const ofsi_xengine *e) {
    for (uint32_t i = 0; i < e->shard_count; i++)
        if (e->shards[i].parts)
            return e->shards[i].parts;
    return 0;
}

bool ofsi_xshards_know_failures(const ofsi_xengine *e) {
    bool is_split = false;
    for (uint32_t i = 0; i < e->shard_count; i++) {
        if (e->shards[i].parts && e->shards[i].number == 0)
            return true;
        is_split = is_split || e->shards[i].parts;
    }
    return !is_split;
}

static bool is_given(const ofsi_xengine *e, uint32_t number) {
    for (uint32_t i = 0; i < e->shard_count + e->lost_count; i++)
        if (e->shards[i].is_placed && e->shards[i].parts && e->shards[i].number == number)
            return true;
    return false;
}

/* Parts of the split index that were not given, as far as can be told: any that was never open may be one of them. */
static uint32_t count_absent(const ofsi_xengine *e) {
    uint32_t absent = 0, unknown = 0;
    for (uint32_t number = 0; number < parts_of(e); number++)
        absent += !is_given(e, number);
    for (uint32_t i = e->shard_count; i < e->shard_count + e->lost_count; i++)
        unknown += !e->shards[i].is_placed;
    return absent > unknown ? absent - unknown : 0;
}

bool ofsi_xshards_are_all(const ofsi_xengine *e) { return e->lost_count + count_absent(e) == 0; }

static ofs_status check_given(const ofsi_xengine *e, ofs_error *err) {
    uint32_t parts = parts_of(e), number = 0;
    if (count_absent(e) == 0)
        return OFS_OK;
    while (is_given(e, number))
        number++;
    return ofsi_fail(
        err, OFS_E_USAGE,
        "%s is one of %u shards of an index, of which shard-%u is not given (%u missing in all); "
        "--partial searches what there is",
        e->shards[0].name, parts, number, count_absent(e));
}

/* Whether the two are written by the same commits. */
static bool are_together(const ofsi_xengine *e, const ofsi_xshard *x, const ofsi_xshard *y) {
    return e->expected || (x->parts && y->parts);
}

static ofs_status check_commits(ofsi_xengine *e, ofs_error *err) {
    for (uint32_t i = 1; i < e->shard_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const ofsi_xshard *x = &e->shards[k], *y = &e->shards[i];
            if (are_together(e, x, y) && x->generation != y->generation)
                return ofsi_fail(err, OFS_E_MODIFIED,
                                 "%s is of commit %" PRIu64 ", %s of %" PRIu64
                                 ": a commit is being made, has not reached every shard, or was cut off: "
                                 "then run ofindex with the same files again",
                                 x->name, x->generation, y->name, y->generation);
        }
    return OFS_OK;
}

static ofs_status check_set(ofsi_xengine *e, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!e->options.partial && e->lost_count)
        return offer_partial(e, e->shard_count > 0, fail_lost(&e->shards[e->shard_count], err), err);
    if (e->shard_count == 0)
        return ofsi_fail(err, e->shards[0].why.status, "none of the shards answers: %s",
                         e->shards[0].why.message);
    for (uint32_t i = 1; i < e->shard_count && status == OFS_OK; i++)
        for (uint32_t k = 0; k < i && status == OFS_OK; k++)
            status = check_pair(&e->shards[k], &e->shards[i], err);
    if (status == OFS_OK && !e->options.partial)
        status = check_given(e, err);
    return status == OFS_OK ? check_commits(e, err) : status;
}

/* Those of a commit that is not the newest are lost. */
static void lose_old(ofsi_xengine *e) {
    uint64_t newest = 0;
    for (uint32_t i = 0; i < e->shard_count; i++)
        if (e->shards[i].parts && e->shards[i].generation > newest)
            newest = e->shards[i].generation;
    for (uint32_t i = 0; i < e->shard_count; i++) {
        ofsi_xshard *shard = &e->shards[i];
        if (!shard->parts || shard->generation == newest)
            continue;
        hang_up(e, shard);
        ofsi_fail(&shard->why, OFS_E_MODIFIED, "%s is of commit %" PRIu64 ", others are of %" PRIu64,
                  shard->name, shard->generation, newest);
    }
    sort_shards(e);
}

/* A number for the shards that are open and their commits, which numbers of documents belong to. */
static uint64_t find_snapshot(const ofsi_xengine *e) {
    uint64_t snapshot = 1;
    for (uint32_t i = 0; i < e->shard_count; i++) {
        const uint64_t parts[3] = {snapshot, e->shards[i].order, e->shards[i].generation};
        snapshot = ofsi_hash64(parts, sizeof parts) | 1;
    }
    return snapshot;
}

/* Adds a shard to the whole. */
static ofs_status add_shard(ofsi_xengine *e, ofsi_xshard *shard, ofs_error *err) {
    ofs_xapian_info info;
    ofs_status status = e->x->database_add(e->all, shard->database, err);
    if (status == OFS_OK)
        status = e->x->database_info(shard->database, &info, err);
    if (status != OFS_OK)
        return status;
    shard->documents = info.doccount;
    shard->has_gaps = info.lastdocid != info.doccount;
    e->has_gaps = e->has_gaps || shard->has_gaps;
    e->reports += shard->reports;
    e->failures += shard->failures;
    e->generation = shard->generation > e->generation ? shard->generation : e->generation;
    return OFS_OK;
}

/* All open ones as one, and what they have together. */
static ofs_status combine(ofsi_xengine *e, ofs_error *err) {
    ofs_xapian_info info;
    forget(e);
    e->x->database_free(e->all);
    e->all = NULL;
    e->reports = e->failures = e->generation = 0;
    e->has_gaps = false;
    ofs_status status = e->x->database_new(&e->all, err);
    for (uint32_t i = 0; i < e->shard_count && status == OFS_OK; i++)
        status = add_shard(e, &e->shards[i], err);
    if (status == OFS_OK)
        status = e->x->database_info(e->all, &info, err);
    if (status != OFS_OK)
        return status;
    e->documents = info.doccount;
    e->words = info.total_length / OFSI_XAPIAN_LENGTH_FACTOR;
    e->engine.snapshot = find_snapshot(e);
    e->hung_up = false;
    e->all_once = true;
    return OFS_OK;
}

static void wait_a_little(void) {
    const struct timespec pause = {0, SETTLE_MS * 1000000L};
    nanosleep(&pause, NULL);
}

/* Every database is opened anew. */
static ofs_status open_anew(ofsi_xengine *e, ofs_error *err) {
    hang_up_all(e);
    for (uint32_t i = 0; i < e->shard_count; i++)
        hang_up(e, &e->shards[i]);
    sort_shards(e);
    return dial_lost(e, err);
}

/* From whatever shards are open to an index that can be asked. */
static ofs_status gather(ofsi_xengine *e, ofs_error *err) {
    bool settles = !e->expected || e->all_once; /* else the index file is to be read again, too */
    ofs_status status = dial_lost(e, err);
    if (status == OFS_OK)
        status = check_set(e, err);
    for (int tries = 0; status == OFS_E_MODIFIED && settles && tries < SETTLE_TRIES; tries++) {
        wait_a_little();
        status = open_anew(e, err);
        if (status == OFS_OK)
            status = check_set(e, err);
    }
    if (status == OFS_E_MODIFIED && settles && e->options.partial) {
        lose_old(e);
        status = check_set(e, err);
    }
    status = status == OFS_OK ? combine(e, err) : status;
    if (status != OFS_OK)
        e->hung_up = true;
    return status;
}

/* ---- the engine's functions ---- */

static bool note_line(ofsi_xshard *shard, const ofsi_shard *place, const char *file) {
    ofsi_buf text = {0};
    if (!file || !place->line)
        return true;
    ofsi_buf_printf(&text, "%s, line %zu", file, place->line);
    shard->listed = text.failed ? NULL : ofsi_strndup(text.data, text.size);
    ofsi_buf_free(&text);
    return shard->listed;
}

static ofs_status copy_place(ofsi_xengine *e, const ofsi_shard *place, const char *file, ofs_error *err) {
    ofsi_xshard *shard = &e->shards[e->lost_count];
    *shard = (ofsi_xshard){.order = e->lost_count++, .port = place->port};
    shard->name = ofsi_strdup(place->name);
    if (place->path)
        shard->path = ofsi_strdup(place->path);
    else
        shard->host = ofsi_strdup(place->host);
    e->has_servers = e->has_servers || !place->path;
    return shard->name && (shard->path || shard->host) && note_line(shard, place, file)
               ? OFS_OK
               : ofsi_fail_nomem(err);
}

static ofs_status check_expected(const ofsi_xengine *e, ofs_error *err) {
    for (uint32_t i = 0; i < e->shard_count && e->expected; i++)
        if (e->shards[i].generation != e->expected)
            return ofsi_fail(
                err, OFS_E_MODIFIED,
                "%s is of commit %" PRIu64 ", its index of %" PRIu64
                ": a commit is being made, or was cut off: then run ofindex with the same files again",
                e->shards[i].name, e->shards[i].generation, e->expected);
    return OFS_OK;
}

ofs_status ofsi_xshards_open(ofsi_xengine *e, const ofsi_shards *shards, ofs_error *err) {
    ofs_status status = OFS_OK;
    e->shards = ofsi_calloc(shards->count, sizeof *e->shards);
    if (!e->shards)
        return ofsi_fail_nomem(err);
    e->expected = shards->generation;
    for (uint32_t i = 0; i < shards->count && status == OFS_OK; i++)
        status = copy_place(e, &shards->items[i], shards->file, err);
    if (status == OFS_OK)
        status = gather(e, err);
    return status == OFS_OK ? check_expected(e, err) : status;
}

void ofsi_xshards_close(ofsi_xengine *e) {
    uint32_t all = e->shard_count + e->lost_count;
    if (e->x) {
        forget(e);
        e->x->database_free(e->all);
    }
    for (uint32_t i = 0; i < all; i++) {
        if (e->x)
            hang_up(e, &e->shards[i]);
        ofsi_free(e->shards[i].name);
        ofsi_free(e->shards[i].path);
        ofsi_free(e->shards[i].listed);
        ofsi_free(e->shards[i].host);
        ofsi_free(e->shards[i].uuid);
        ofsi_free(e->shards[i].archive);
    }
    ofsi_free(e->shards);
}

ofs_status ofsi_xengine_ready(ofsi_engine *engine, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    uint64_t now = e->lost_count ? ofsi_xclock_ms() : 0;
    bool due = false;
    for (uint32_t i = e->shard_count; i < e->shard_count + e->lost_count; i++)
        due = due || e->shards[i].retry_at <= now;
    if (e->hung_up || due)
        return gather(e, err);
    return OFS_OK;
}

/* Notes which server it was that failed. */
static void blame(ofsi_xengine *e, ofs_status failure, ofs_error *err) {
    ofsi_xshard *shard = find_blamed(e, err->message);
    if (!shard)
        return;
    name_shard(e, shard, err);
    shard->why = *err;
    if (failure == OFS_E_TIMEOUT)
        shard->retry_at = ofsi_xclock_ms() + timeout_of(e);
}

static ofs_status to_newest(ofsi_xengine *e, ofs_error *err) {
    ofs_status status = open_anew(e, err);
    return status == OFS_OK ? gather(e, err) : status;
}

/* libxapian may take blocks that a writer has written over for damaged ones. There is damage if nothing was written since. */
static ofs_status tell_damage(ofsi_xengine *e, ofs_error *err) {
    uint64_t before = e->engine.snapshot;
    ofs_error damage = {0};
    if (err)
        damage = *err;
    ofs_status status = to_newest(e, err);
    if (status != OFS_OK || e->engine.snapshot != before)
        return status;
    return ofsi_fail(err, OFS_E_CORRUPT, "%s", damage.message);
}

ofs_status ofsi_xengine_recover(ofsi_engine *engine, ofs_status failure, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    if (failure == OFS_E_MODIFIED)
        return to_newest(e, err);
    if (failure == OFS_E_CORRUPT)
        return tell_damage(e, err);
    if (!e->has_servers)
        return failure;
    if (err)
        blame(e, failure, err);
    hang_up_all(e);
    /* To dial it now would take as long again. */
    if (failure == OFS_E_TIMEOUT && !e->options.partial)
        return offer_partial(e, e->shard_count + e->lost_count > 1, failure, err);
    return gather(e, err);
}

ofs_status ofsi_xengine_missing(ofsi_engine *engine, ofsi_arena *arena, const ofs_missing **out,
                                size_t *count, ofs_error *err) {
    const ofsi_xengine *e = ofsi_xengine_of(engine);
    uint32_t absent = e->options.partial ? count_absent(e) : 0, n = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    if (!e->options.partial || e->lost_count + absent == 0)
        return OFS_OK;
    ofs_missing *missing = ofsi_arena_calloc(arena, (size_t)e->lost_count + absent, sizeof *missing);
    if (!missing)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < e->lost_count; i++) {
        const ofsi_xshard *shard = &e->shards[e->shard_count + i];
        missing[n++] = (ofs_missing){ofsi_engine_copy(arena, ofsi_span_of(shard->name), &failed),
                                     ofsi_engine_copy(arena, ofsi_span_of(shard->why.message), &failed)};
    }
    for (uint32_t number = 0; number < parts_of(e) && n < e->lost_count + absent; number++) {
        if (is_given(e, number))
            continue;
        missing[n].shard = ofsi_arena_printf(arena, "shard-%u of %u", number, parts_of(e));
        missing[n].error = "is not given";
        failed = failed || !missing[n].shard;
        n++;
    }
    *out = missing;
    *count = n;
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}
