/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of irregular words.
 *
 * In it is what is a plural and nothing else, or next to nothing else. Left out, because another word would be found in
 * its place: leaves (he leaves, "care leavers"), lives (where a child lives), bases (of base), analyses (of analyse, as
 * diagnoses), axes, media, data, dice. Left out, because they are names of things in their plural, and public test
 * collections (CACM, Cranfield, Vaswani) were ranked worse with them: matrices, vertices, indices, spectra and their like.
 * "people" is "person": reports write "young people" and "young person" of the same children.
 * "childrens", "womens" and the like are what is left of a possessive whose apostrophe was forgotten, or lost in a PDF.
 */
#include "indexer/analysis/irregular.h"

#include <string.h>

static const ofsi_irregular table[] = {
    {"addenda", "addendum"},
    {"aldermen", "alderman"},
    {"alumni", "alumnus"},
    {"appendices", "appendix"},
    {"bacteria", "bacterium"},
    {"bookshelves", "bookshelf"},
    {"buses", "bus"},
    {"businessmen", "businessman"},
    {"businesspeople", "businessperson"},
    {"businesswomen", "businesswoman"},
    {"calves", "calf"},
    {"chairmen", "chairman"},
    {"chairwomen", "chairwoman"},
    {"children", "child"},
    {"childrens", "child"},
    {"clergymen", "clergyman"},
    {"councilmen", "councilman"},
    {"councilwomen", "councilwoman"},
    {"countrymen", "countryman"},
    {"craftsmen", "craftsman"},
    {"craftspeople", "craftsperson"},
    {"crises", "crisis"},
    {"criteria", "criterion"},
    {"curricula", "curriculum"},
    {"doormen", "doorman"},
    {"draughtsmen", "draughtsman"},
    {"elves", "elf"},
    {"emphases", "emphasis"},
    {"feet", "foot"},
    {"firemen", "fireman"},
    {"fishermen", "fisherman"},
    {"foremen", "foreman"},
    {"forewomen", "forewoman"},
    {"freemen", "freeman"},
    {"freshmen", "freshman"},
    {"geese", "goose"},
    {"gentlemen", "gentleman"},
    {"gentlewomen", "gentlewoman"},
    {"godchildren", "godchild"},
    {"grandchildren", "grandchild"},
    {"halves", "half"},
    {"handymen", "handyman"},
    {"hooves", "hoof"},
    {"horsemen", "horseman"},
    {"housewives", "housewife"},
    {"hypotheses", "hypothesis"},
    {"kinsmen", "kinsman"},
    {"knives", "knife"},
    {"laymen", "layman"},
    {"laypeople", "layperson"},
    {"lice", "louse"},
    {"loaves", "loaf"},
    {"memoranda", "memorandum"},
    {"men", "man"},
    {"mens", "man"},
    {"mice", "mouse"},
    {"middlemen", "middleman"},
    {"midwives", "midwife"},
    {"milkmen", "milkman"},
    {"neuroses", "neurosis"},
    {"noblemen", "nobleman"},
    {"oases", "oasis"},
    {"ombudsmen", "ombudsman"},
    {"oxen", "ox"},
    {"parentheses", "parenthesis"},
    {"people", "person"},
    {"peoples", "person"},
    {"policemen", "policeman"},
    {"policewomen", "policewoman"},
    {"postmen", "postman"},
    {"prognoses", "prognosis"},
    {"quizzes", "quiz"},
    {"referenda", "referendum"},
    {"repairmen", "repairman"},
    {"salesmen", "salesman"},
    {"salespeople", "salesperson"},
    {"saleswomen", "saleswoman"},
    {"scarves", "scarf"},
    {"schoolchildren", "schoolchild"},
    {"seamen", "seaman"},
    {"selves", "self"},
    {"servicemen", "serviceman"},
    {"servicewomen", "servicewoman"},
    {"shelves", "shelf"},
    {"spokesmen", "spokesman"},
    {"spokespeople", "spokesperson"},
    {"spokeswomen", "spokeswoman"},
    {"sportsmen", "sportsman"},
    {"sportspeople", "sportsperson"},
    {"sportswomen", "sportswoman"},
    {"statesmen", "statesman"},
    {"stepchildren", "stepchild"},
    {"stimuli", "stimulus"},
    {"syllabi", "syllabus"},
    {"synopses", "synopsis"},
    {"syntheses", "synthesis"},
    {"teeth", "tooth"},
    {"theses", "thesis"},
    {"thieves", "thief"},
    {"tradesmen", "tradesman"},
    {"tradespeople", "tradesperson"},
    {"wives", "wife"},
    {"wolves", "wolf"},
    {"women", "woman"},
    {"womens", "woman"},
    {"workmen", "workman"},
    {"yeomen", "yeoman"},
};

enum { COUNT = sizeof table / sizeof table[0] };

const ofsi_irregular *ofsi_irregular_table(size_t *count) {
    *count = COUNT;
    return table;
}

static ofsi_span drop_possessive(ofsi_span word) {
    if (word.size > 2 && memcmp(word.data + word.size - 2, "'s", 2) == 0)
        word.size -= 2;
    else if (word.size > 1 && word.data[word.size - 1] == '\'')
        word.size--;
    return word;
}

ofsi_span ofsi_irregular_find(ofsi_span folded) {
    ofsi_span word = drop_possessive(folded);
    size_t low = 0, high = COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ofsi_span_compare(ofsi_span_of(table[middle].word), word);
        if (order == 0)
            return ofsi_span_of(table[middle].as);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return folded;
}

bool ofsi_irregular_serves(const char *stemmer) {
    static const char *const english[] = {"english", "en", "eng", "porter"};
    for (size_t i = 0; i < sizeof english / sizeof english[0]; i++)
        if (strcmp(stemmer, english[i]) == 0)
            return true;
    return false;
}
