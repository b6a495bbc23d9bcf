/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Grades in words: a whole text that is one, or one at the end of a heading or a table's row, by the scale of
 * the profile. Called by the stages for headings, judgements and the cover.
 */
#include "indexer/report/parse.h"

enum {
    MOST_GRADE_WORDS = 12,
    MOST_JOINTS = 7 /* "is that it is judged to be" */
};

static ofs_grade grade_of(const ofsi_profile *profile, uint32_t index) {
    return (ofs_grade){profile->scale[index].label, (uint8_t)(index + 1), (uint8_t)profile->scale_count};
}

/* The label whose wording is the whole text. */
static bool label_whole(const ofsi_profile *profile, ofsi_span folded, ofs_grade *grade) {
    for (uint32_t i = 0; i < profile->scale_count; i++)
        for (uint32_t a = 0; a < profile->scale[i].aliases.count; a++)
            if (ofsi_span_equal(profile->scale[i].aliases.items[a], folded)) {
                *grade = grade_of(profile, i);
                return true;
            }
    return false;
}

/*
 * "grade 2 (good)", "grade 2: good", "grade 2 - good": what is behind the number; size 0 when it is no such
 * text.
 */
static ofsi_span behind_number(ofsi_span folded) {
    static const char word[] = "grade ";
    ofsi_span none = {folded.data, 0};
    if (!ofsi_span_begins(folded, ofsi_span_of(word)))
        return none;
    ofsi_span rest = ofsi_span_after(folded, sizeof word - 1);
    size_t digits = 0;
    while (digits < rest.size && ofsi_is_digit(rest.data[digits]))
        digits++;
    if (digits == 0 || digits > 2)
        return none;
    rest = ofsi_span_trim(ofsi_span_after(rest, digits));
    if (rest.size > 2 && rest.data[0] == '(' && rest.data[rest.size - 1] == ')')
        return ofsi_span_trim((ofsi_span){rest.data + 1, rest.size - 2});
    if (rest.size > 1 && (rest.data[0] == ':' || rest.data[0] == '-'))
        return ofsi_span_trim(ofsi_span_after(rest, 1));
    return none;
}

bool ofsi_grade_whole(const ofsi_profile *profile, ofsi_span folded, ofs_grade *grade, bool *none) {
    *none = false;
    *grade = (ofs_grade){0};
    if (folded.size && folded.data[folded.size - 1] == '.')
        folded.size--;
    if (folded.size > 2 && folded.data[0] == '(' && folded.data[folded.size - 1] == ')')
        folded = ofsi_span_trim((ofsi_span){folded.data + 1, folded.size - 2});
    ofsi_span label = behind_number(folded);
    if (label_whole(profile, label.size ? label : folded, grade))
        return true;
    *none = ofsi_patterns_fit(&profile->ungraded, label.size ? label : folded);
    return *none;
}

/* A wording that is a verb itself: "require improvement". */
static bool verb_whole(const ofsi_profile *profile, ofsi_span folded, ofs_grade *grade) {
    if (folded.size && folded.data[folded.size - 1] == '.')
        folded.size--;
    for (uint32_t i = 0; i < profile->scale_count; i++)
        for (uint32_t a = 0; a < profile->scale[i].verbs.count; a++)
            if (ofsi_span_equal(profile->scale[i].verbs.items[a], folded)) {
                *grade = grade_of(profile, i);
                return true;
            }
    return false;
}

/* What may stand between a heading and its grade, as a word of its own. */
static bool is_joint(ofsi_span word) {
    static const char *const joints[] = {"is", "are", "is:", "are:", ":", "-", "was", "were", "it", "that"};
    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++)
        if (ofsi_span_equal(word, ofsi_span_of(joints[i])))
            return true;
    return false;
}

/* How many words before word `end` join what is before them to a grade: "is that it is", "are judged to be". */
static uint32_t count_joints(ofsi_span folded, uint32_t end) {
    static const char judged[] = "judged to be";
    uint32_t count = 0, most = end > MOST_JOINTS ? MOST_JOINTS : end;
    if (end > 3 && ofsi_span_equal(ofsi_words(folded, end - 3, 3), ofsi_span_of(judged)))
        count = 3;
    else if (end > 1 && ofsi_span_equal(ofsi_words(folded, end - 1, 1), ofsi_span_of("judged")))
        count = 1;
    while (count < most && end - count > 1 && is_joint(ofsi_words(folded, end - count - 1, 1)))
        count++;
    return count;
}

uint32_t ofsi_grade_suffix(const ofsi_profile *profile, ofsi_span folded, bool loose, ofs_grade *grade) {
    uint32_t words = ofsi_word_count(folded), best = 0;
    ofs_grade found;
    bool none;
    *grade = (ofs_grade){0};
    for (uint32_t n = 1; n < words && n <= MOST_GRADE_WORDS; n++) {
        ofsi_span tail = ofsi_words(folded, words - n, n);
        bool verb = verb_whole(profile, tail, &found);
        if (!verb && !ofsi_grade_whole(profile, tail, &found, &none))
            continue;
        ofsi_span before = ofsi_words(folded, words - n - 1, 1);
        bool numbered = behind_number(tail).size > 0;
        bool glued = (before.size && before.data[before.size - 1] == ':') || tail.data[0] == '(';
        uint32_t joints = count_joints(folded, words - n);
        if (numbered || verb || joints || glued || loose) {
            best = n + joints;
            *grade = found;
        }
    }
    return best;
}

bool ofsi_grade_begins(const ofsi_profile *profile, ofsi_span folded) {
    for (uint32_t i = 0; folded.size && i < profile->scale_count; i++)
        for (uint32_t a = 0; a < profile->scale[i].aliases.count; a++) {
            ofsi_span alias = profile->scale[i].aliases.items[a];
            if (alias.size > folded.size && ofsi_span_begins(alias, folded) && alias.data[folded.size] == ' ')
                return true;
        }
    return false;
}
