/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scales as data, best label first. An inspectorate may have had several scales; where they disagree on a label,
 * the one listed first decides. A label that none of its scales has is not guessed at.
 */
#include "indexer/report/scale.h"

#include <strings.h>

enum { MOST_LABELS = 6, MOST_ALIASES = 4 };

typedef struct scale_label {
    const char *name;
    const char *aliases[MOST_ALIASES];
} scale_label;

typedef struct scale {
    const char *inspectorate; /* a part of its name, lower case; "" for all that no other entry names */
    uint8_t levels;
    scale_label labels[MOST_LABELS];
} scale;

static const char four_point_adequate[] = "Adequate";

/* Longer names stand before the shorter ones that they hold. */
static const scale scales[] = {
    {"prisons", 4, {{"Good", {0}}, {"Reasonably good", {0}}, {"Not sufficiently good", {0}}, {"Poor", {0}}}},
    {"hmicfrs",
     5,
     {{"Outstanding", {0}},
      {"Good", {0}},
      {four_point_adequate, {0}},
      {"Requires improvement", {0}},
      {"Inadequate", {0}}}},
    {"constabulary",
     5,
     {{"Outstanding", {0}},
      {"Good", {0}},
      {four_point_adequate, {0}},
      {"Requires improvement", {0}},
      {"Inadequate", {0}}}},
    {"care inspectorate wales",
     4,
     {{"Excellent", {0}}, {"Good", {0}}, {"Needs improvement", {0}}, {"Poor", {0}}}},
    {"ciw", 4, {{"Excellent", {0}}, {"Good", {0}}, {"Needs improvement", {0}}, {"Poor", {0}}}},
    {"care inspectorate",
     6,
     {{"Excellent", {0}},
      {"Very good", {0}},
      {"Good", {0}},
      {four_point_adequate, {0}},
      {"Weak", {0}},
      {"Unsatisfactory", {0}}}},
    {"education scotland",
     6,
     {{"Excellent", {0}},
      {"Very good", {0}},
      {"Good", {0}},
      {"Satisfactory", {0}},
      {"Weak", {0}},
      {"Unsatisfactory", {0}}}},
    {"estyn",
     4,
     {{"Excellent", {0}},
      {"Good", {0}},
      {"Adequate and needs improvement", {four_point_adequate}},
      {"Unsatisfactory and needs urgent improvement", {"Unsatisfactory"}}}},
    {"hiqa", 3, {{"Compliant", {0}}, {"Substantially compliant", {0}}, {"Not compliant", {"Non-compliant"}}}},
    {"",
     4,
     {{"Outstanding", {0}},
      {"Good", {0}},
      {"Requires improvement", {"Requires improvement to be good"}},
      {"Inadequate", {0}}}},
    {"", 4, {{"Outstanding", {0}}, {"Good", {0}}, {four_point_adequate, {0}}, {"Inadequate", {0}}}},
    {"", 4, {{"Outstanding", {0}}, {"Good", {0}}, {"Satisfactory", {0}}, {"Inadequate", {0}}}},
    {"ofsted",
     5,
     {{"Exceptional", {0}},
      {"Strong standard", {0}},
      {"Expected standard", {0}},
      {"Needs attention", {0}},
      {"Urgent improvement", {0}}}},
};
enum { SCALE_COUNT = sizeof scales / sizeof scales[0] };

static bool same_label(ofsi_span label, const char *name) {
    return name && strlen(name) == label.size && strncasecmp(label.data, name, label.size) == 0;
}

static bool names_inspectorate(ofsi_span name, const char *part) {
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= name.size; i++)
        if (strncasecmp(name.data + i, part, size) == 0)
            return true;
    return false;
}

static bool find_label(const scale *s, ofsi_span label, ofs_grade *grade) {
    for (uint8_t i = 0; i < s->levels; i++) {
        bool found = same_label(label, s->labels[i].name);
        for (size_t a = 0; a < MOST_ALIASES && !found; a++)
            found = same_label(label, s->labels[i].aliases[a]);
        if (found) {
            *grade = (ofs_grade){s->labels[i].name, (uint8_t)(i + 1), s->levels};
            return true;
        }
    }
    return false;
}

bool ofsi_scale_grade(ofsi_span inspectorate, ofsi_span label, ofs_grade *grade) {
    for (size_t i = 0; i < SCALE_COUNT; i++) {
        const scale *s = &scales[i];
        if (!s->inspectorate[0] || !names_inspectorate(inspectorate, s->inspectorate))
            continue;
        if (find_label(s, label, grade))
            return true;
        if (!names_inspectorate(inspectorate, "ofsted"))
            return false;
    }
    for (size_t i = 0; i < SCALE_COUNT; i++)
        if (!scales[i].inspectorate[0] && find_label(&scales[i], label, grade))
            return true;
    return inspectorate.size == 0 && find_label(&scales[SCALE_COUNT - 1], label, grade);
}
