// SPDX-License-Identifier: GPL-3.0-or-later
//
// Xapian as a peer of the benchmark: `xapian build DIR FILE...`, `xapian compact FROM TO`, `xapian serve DIR`. The corpus,
// the queries and the line protocol are as rust/src/lib.rs says.
#include <xapian.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

enum : Xapian::valueno { GRADE, SECTION };
const char *const fields[] = {"grade", "section", "heading"};
const char *const prefixes[] = {"XG", "XS", "XH"};

bool is_letter(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

void add_words(Xapian::Document &document, const Xapian::Stem &stem, const std::string &text) {
    Xapian::termpos position = 0;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); i++) {
        if (i < text.size() && is_letter(static_cast<unsigned char>(text[i])))
            word += static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
        else if (!word.empty()) {
            if (word.size() <= 240)
                document.add_posting(stem(word), ++position);
            word.clear();
        }
    }
}

void build(const std::string &folder, int count, char **files) {
    Xapian::WritableDatabase database(folder, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC);
    Xapian::Stem stem("english");
    for (int i = 0; i < count; i++) {
        std::ifstream file(files[i]);
        std::string line;
        while (std::getline(file, line)) {
            Xapian::Document document;
            std::vector<std::string> columns;
            std::size_t at = 0;
            for (int c = 0; c < 4; c++) {
                std::size_t end = line.find('\t', at);
                columns.push_back(line.substr(at, end - at));
                at = end + 1;
            }
            std::string text = line.substr(at);
            for (int c = 0; c < 3; c++)
                if (!columns[static_cast<std::size_t>(c) + 1].empty())
                    document.add_boolean_term(prefixes[c] + columns[static_cast<std::size_t>(c) + 1]);
            document.add_value(GRADE, columns[1]);
            document.add_value(SECTION, columns[2]);
            add_words(document, stem, text);
            document.set_data(columns[0] + "\n" + text);
            database.add_document(document);
        }
    }
    database.commit();
}

Xapian::Query clause(const Xapian::Stem &stem, const std::string &body) {
    if (body.back() == '*')
        return Xapian::Query(Xapian::Query::OP_WILDCARD, body.substr(0, body.size() - 1));
    std::vector<std::string> terms;
    for (std::size_t at = 0; at <= body.size();) {
        std::size_t end = std::min(body.find(' ', at), body.size());
        terms.push_back(stem(body.substr(at, end - at)));
        at = end + 1;
    }
    if (terms.size() == 1)
        return Xapian::Query(terms[0]);
    return Xapian::Query(Xapian::Query::OP_PHRASE, terms.begin(), terms.end(),
                         static_cast<Xapian::termcount>(terms.size()));
}

Xapian::Query parse(const Xapian::Stem &stem, const std::string &text) {
    std::vector<Xapian::Query> must, may, filters, never;
    for (std::size_t at = 0; at < text.size();) {
        char sign = text[at] == '+' || text[at] == '-' ? text[at++] : ' ';
        std::size_t name = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at);
        std::string field;
        if (name != std::string::npos && text.compare(name, 2, ":\"") == 0) {
            field = text.substr(at, name - at);
            at = name + 1;
        }
        bool quoted = text[at] == '"';
        std::size_t start = at + quoted, end = std::min(text.find(quoted ? '"' : ' ', start), text.size());
        std::string body = text.substr(start, end - start);
        at = std::min(text.find_first_not_of(' ', end + quoted), text.size());
        if (field.empty())
            (sign == '+' ? must : sign == '-' ? never : may).push_back(clause(stem, body));
        for (int c = 0; c < 3; c++)
            if (field == fields[c])
                filters.push_back(Xapian::Query(prefixes[c] + body));
    }
    Xapian::Query all(Xapian::Query::OP_AND, must.begin(), must.end());
    Xapian::Query any(Xapian::Query::OP_OR, may.begin(), may.end());
    Xapian::Query query = must.empty()  ? any
                          : may.empty() ? all
                                        : Xapian::Query(Xapian::Query::OP_AND_MAYBE, all, any);
    for (const Xapian::Query &filter : filters)
        query = Xapian::Query(Xapian::Query::OP_FILTER, query, filter);
    for (const Xapian::Query &no : never)
        query = Xapian::Query(Xapian::Query::OP_AND_NOT, query, no);
    return query;
}

// False when there is no such command.
bool answer(Xapian::Database &database, const std::string &command, const Xapian::Query &query,
            Xapian::doccount &count, double &best) {
    Xapian::Enquire enquire(database);
    Xapian::doccount all = database.get_doccount();
    Xapian::ValueCountMatchSpy grades(GRADE), sections(SECTION);
    enquire.set_query(query);
    if (command == "COUNT")
        enquire.set_weighting_scheme(Xapian::BoolWeight());
    else
        enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.75, 0));
    Xapian::MSet hits;
    if (command == "COUNT")
        hits = enquire.get_mset(0, 0, all);
    else if (command == "TOP_10" || command == "TOP_100")
        hits = enquire.get_mset(0, command == "TOP_10" ? 10 : 100);
    else if (command == "TOP_10_COUNT")
        hits = enquire.get_mset(0, 10, all);
    else if (command == "TOP_10_FACETS") {
        enquire.add_matchspy(&grades);
        enquire.add_matchspy(&sections);
        hits = enquire.get_mset(0, 10, all);
    } else
        return false;
    bool top = command == "TOP_10" || command == "TOP_100";
    count = top ? hits.size() : hits.get_matches_estimated();
    if (command == "TOP_10_FACETS")
        count = static_cast<Xapian::doccount>(grades.get_total());
    best = hits.empty() ? 0 : hits.begin().get_weight();
    return true;
}

void serve(const std::string &folder) {
    Xapian::Database database(folder);
    Xapian::Stem stem("english");
    std::cout << "ready" << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::size_t tab = line.find('\t');
        auto start = std::chrono::steady_clock::now();
        Xapian::doccount count = 0;
        double best = 0;
        bool can = answer(database, line.substr(0, tab), parse(stem, line.substr(tab + 1)), count, best);
        auto took = std::chrono::steady_clock::now() - start;
        if (can)
            std::cout << count << '\t' << std::chrono::duration_cast<std::chrono::nanoseconds>(took).count()
                      << '\t' << best << std::endl;
        else
            std::cout << "UNSUPPORTED" << std::endl;
    }
}

} // namespace

int main(int argc, char **argv) try {
    std::string command = argc > 1 ? argv[1] : "";
    if (command == "version")
        std::cout << Xapian::version_string() << '\n';
    else if (command == "build" && argc > 3)
        build(argv[2], argc - 3, argv + 3);
    else if (command == "compact" && argc == 4)
        Xapian::Database(argv[2]).compact(argv[3], Xapian::DBCOMPACT_NO_RENUMBER);
    else if (command == "serve" && argc == 3)
        serve(argv[2]);
    else
        return 2;
    return 0;
} catch (const Xapian::Error &error) {
    std::cerr << error.get_description() << '\n';
    return 1;
}
