/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PDF's text, page by page, as runs: characters that stand side by side on one line, with their box and font. Lines
 * are made of runs by the parent (pdf_layout.c), where no hostile file can reach.
 *
 * The page's text, its boxes and its font attributes come from poppler's layout and go by the same index. The structure
 * tree is not read: poppler-glib gives an element neither place nor content mark, and its text costs a rendering of the
 * page for each element, so that roles cannot be had at a fair price; fonts and boxes tell headings and table rows.
 */
#include "indexer/report/pdf-worker/extract.h"

#include <poppler.h>
#include <strings.h>

#include "indexer/base/alloc.h"
#include "indexer/base/utf8.h"
#include "indexer/report/pdf_frame.h"

enum { SIZES = 8 };

/* A run is broken where the next character is further off than this, in font sizes: wider than most word spaces. */
static const double WIDE_GAP = 0.5;
static const double BACKWARD = 3.0;
/* A digit this much smaller than the word it is glued to is a footnote's mark. */
static const double MARK_SIZE = 0.75;

typedef struct run {
    ofsi_buf text; /* kept from run to run */
    double x0, y0, x1, y1;
    uint32_t characters, letters, bold, italic;
    double sizes[SIZES]; /* font sizes met, and how many characters had each */
    uint32_t size_counts[SIZES];
    unsigned size_kinds;
} run;

typedef struct face {
    double size;
    bool bold, italic;
} face;

typedef struct page_walk {
    ofsi_buf *out; /* runs so far */
    uint32_t runs;
    uint32_t line;
    run run;
    bool space;                   /* a blank stands between the run and the next character */
    unsigned word;                /* letters in a row at the end of the run, */
    double word_size;             /* and the size of the last of them */
    unsigned token;               /* characters since the last blank, */
    double token_size;            /* and the size of the last of them */
    GList *attribute;             /* the one that holds the next character */
    PopplerTextAttributes *known; /* the attribute `face` was made of */
    face face;
} page_walk;

static void put_float(ofsi_buf *out, double value) {
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    ofsi_buf_u32(out, bits);
}

static double main_size(const run *r) {
    unsigned best = 0;
    for (unsigned i = 1; i < r->size_kinds; i++)
        if (r->size_counts[i] > r->size_counts[best])
            best = i;
    return r->size_kinds ? r->sizes[best] : 0;
}

static void end_run(page_walk *walk) {
    run *r = &walk->run;
    if (r->characters > 0) {
        ofsi_buf_varint(walk->out, walk->line);
        put_float(walk->out, r->x0);
        put_float(walk->out, r->y0);
        put_float(walk->out, r->x1);
        put_float(walk->out, r->y1);
        put_float(walk->out, main_size(r));
        ofsi_buf_varint(walk->out, r->letters);
        ofsi_buf_varint(walk->out, r->bold);
        ofsi_buf_varint(walk->out, r->italic);
        ofsi_buf_string(walk->out, ofsi_buf_span(&r->text));
        walk->out->failed |= r->text.failed;
        walk->runs++;
    }
    ofsi_buf text = r->text;
    ofsi_buf_reset(&text);
    *r = (run){.text = text};
    walk->space = false;
    walk->word = 0;
    walk->token = 0;
}

static bool has_part(const char *name, const char *part) {
    size_t size = strlen(part);
    for (; *name; name++)
        if (strncasecmp(name, part, size) == 0)
            return true;
    return false;
}

static face face_of(const PopplerTextAttributes *attributes) {
    const char *name = attributes->font_name ? attributes->font_name : "";
    return (face){
        .size = attributes->font_size,
        .bold = has_part(name, "bold") || has_part(name, "black") || has_part(name, "heavy") ||
                has_part(name, "demi"),
        .italic = has_part(name, "italic") || has_part(name, "oblique"),
    };
}

static face face_at(page_walk *walk, guint index) {
    while (walk->attribute && walk->attribute->next &&
           (guint)((PopplerTextAttributes *)walk->attribute->data)->end_index < index)
        walk->attribute = walk->attribute->next;
    if (!walk->attribute)
        return (face){0};
    if (walk->known != walk->attribute->data) {
        walk->known = walk->attribute->data;
        walk->face = face_of(walk->known);
    }
    return walk->face;
}

static void count_size(run *r, double size) {
    unsigned i = 0;
    while (i < r->size_kinds && r->sizes[i] != size)
        i++;
    if (i == SIZES)
        return;
    if (i == r->size_kinds) {
        r->sizes[i] = size;
        r->size_kinds++;
    }
    r->size_counts[i]++;
}

static bool breaks_run(const run *r, const PopplerRectangle *box, double size) {
    if (r->characters == 0)
        return false;
    double gap = box->x1 - r->x1;
    double middle = (box->y1 + box->y2) / 2;
    return gap > WIDE_GAP * size || gap < -BACKWARD * size || middle < r->y0 || middle > r->y1;
}

/*
 * `Board1`, `improve?1`, `31 March 2014.9`: the mark of a footnote, which is not of the text. One at the start of a run
 * is kept.
 */
static bool is_footnote_mark(const page_walk *walk, uint32_t code, double size) {
    if (code < '0' || code > '9' || walk->space)
        return false;
    return (walk->word >= 2 && size < MARK_SIZE * walk->word_size) ||
           (walk->token >= 3 && size < MARK_SIZE * walk->token_size);
}

static void add_character(page_walk *walk, uint32_t code, const PopplerRectangle *box, face f) {
    run *r = &walk->run;
    double size = f.size > 0 ? f.size : box->y2 - box->y1;
    bool letter = g_unichar_isalpha(code);
    if (is_footnote_mark(walk, code, size)) {
        r->x1 = MAX(r->x1, box->x2);
        return;
    }
    if (breaks_run(r, box, size))
        end_run(walk);
    if (r->characters == 0) {
        r->x0 = box->x1;
        r->y0 = box->y1;
        r->x1 = box->x2;
        r->y1 = box->y2;
    } else {
        r->x0 = MIN(r->x0, box->x1);
        r->y0 = MIN(r->y0, box->y1);
        r->x1 = MAX(r->x1, box->x2);
        r->y1 = MAX(r->y1, box->y2);
    }
    if (walk->space)
        ofsi_buf_byte(&r->text, ' ');
    char bytes[4];
    ofsi_buf_append(&r->text, bytes, ofsi_utf8_encode(code, bytes));
    r->characters++;
    r->letters += letter;
    r->bold += letter && f.bold;
    r->italic += letter && f.italic;
    count_size(r, size);
    if (letter || (walk->word >= 2 && g_unichar_ispunct(code))) {
        walk->word = walk->space ? 1 : walk->word + 1;
        walk->word_size = size;
    } else {
        walk->word = 0;
    }
    walk->token = walk->space ? 1 : walk->token + 1;
    walk->token_size = size;
    walk->space = false;
}

static void walk_text(page_walk *walk, const char *text, const PopplerRectangle *boxes, guint box_count) {
    size_t left = strlen(text);
    for (guint index = 0; left > 0; index++) {
        uint32_t code;
        size_t size = ofsi_utf8_decode(text, left, &code);
        if (size == 0) {
            size = 1;
            code = 0xFFFD;
        }
        text += size;
        left -= size;
        if (code == '\n' || code == '\f' || code == '\r') {
            end_run(walk);
            walk->line++;
        } else if (code <= ' ' || code == 0xA0) {
            walk->space = walk->run.characters > 0;
        } else if (index < box_count) {
            add_character(walk, code, &boxes[index], face_at(walk, index));
        } else {
            /* Poppler may leave the last characters without a box: they stand where the last one did. */
            add_character(walk, code, box_count ? &boxes[box_count - 1] : &(PopplerRectangle){0}, walk->face);
        }
    }
    end_run(walk);
}

static void begin_frame(ofsi_buf *frame) {
    ofsi_buf_reset(frame);
    ofsi_buf_extend(frame, OFSI_PDF_HEADER_SIZE);
}

static bool send_frame(ofsi_buf *frame, ofsi_pdf_frame_kind kind, pdf_send send, void *context) {
    if (frame->failed)
        _exit(OFSI_PDF_EXIT_NOMEM);
    ofsi_buf header = {0};
    ofsi_buf_u32(&header, (uint32_t)kind);
    ofsi_buf_u32(&header, (uint32_t)(frame->size - OFSI_PDF_HEADER_SIZE));
    if (header.failed)
        _exit(OFSI_PDF_EXIT_NOMEM);
    memcpy(frame->data, header.data, OFSI_PDF_HEADER_SIZE);
    ofsi_buf_free(&header);
    return send(context, frame);
}

static bool send_failure(ofsi_buf *frame, ofsi_pdf_failure failure, uint32_t detail, pdf_send send,
                         void *context) {
    begin_frame(frame);
    ofsi_buf_byte(frame, (uint8_t)failure);
    ofsi_buf_varint(frame, detail);
    return send_frame(frame, OFSI_PDF_FAIL, send, context);
}

/* The page's frame without its header filled in; false when poppler cannot read the page. */
static bool build_page(PopplerDocument *document, int index, ofsi_buf *runs, ofsi_buf *frame) {
    PopplerPage *page = poppler_document_get_page(document, index);
    if (!page)
        return false;
    char *text = poppler_page_get_text(page);
    PopplerRectangle *boxes = NULL;
    guint box_count = 0;
    GList *attributes = NULL;
    page_walk walk = {.out = runs};
    ofsi_buf_reset(runs);
    if (text && *text) {
        if (!poppler_page_get_text_layout(page, &boxes, &box_count))
            box_count = 0;
        attributes = poppler_page_get_text_attributes(page);
        walk.attribute = attributes;
        walk_text(&walk, text, boxes, box_count);
    }
    begin_frame(frame);
    ofsi_buf_varint(frame, (uint64_t)index + 1);
    ofsi_buf_varint(frame, walk.runs);
    ofsi_buf_append(frame, runs->data, runs->size);
    frame->failed |= runs->failed;
    ofsi_buf_free(&walk.run.text);
    poppler_page_free_text_attributes(attributes);
    g_free(boxes);
    g_free(text);
    g_object_unref(page);
    return true;
}

static bool send_pages(PopplerDocument *document, ofsi_buf *frame, pdf_send send, void *context) {
    int pages = poppler_document_get_n_pages(document);
    if (pages <= 0)
        return send_failure(frame, OFSI_PDF_NO_PAGES, 0, send, context);
    if (pages > OFSI_PDF_PAGES_MOST)
        return send_failure(frame, OFSI_PDF_TOO_MANY_PAGES, (uint32_t)pages, send, context);
    char *title = poppler_document_get_title(document);
    begin_frame(frame);
    ofsi_buf_varint(frame, (uint64_t)pages);
    ofsi_buf_string(frame, ofsi_span_of(title));
    g_free(title);
    bool going = send_frame(frame, OFSI_PDF_BEGIN, send, context);
    ofsi_buf runs = {0};
    for (int i = 0; going && i < pages; i++) {
        if (!build_page(document, i, &runs, frame)) {
            going = send_failure(frame, OFSI_PDF_BAD_PAGE, (uint32_t)i + 1, send, context);
            goto done;
        }
        if (frame->size > OFSI_PDF_FRAME_MOST) {
            going = send_failure(frame, OFSI_PDF_TOO_LARGE, (uint32_t)i + 1, send, context);
            goto done;
        }
        going = send_frame(frame, OFSI_PDF_PAGE, send, context);
    }
    begin_frame(frame);
    going = going && send_frame(frame, OFSI_PDF_END, send, context);
done:
    ofsi_buf_free(&runs);
    return going;
}

bool pdf_extract(int fd, pdf_send send, void *context) {
    ofsi_buf frame = {0};
    GError *error = NULL;
    bool going;
    PopplerDocument *document = poppler_document_new_from_fd(fd, NULL, &error);
    if (document) {
        going = send_pages(document, &frame, send, context);
        g_object_unref(document);
    } else {
        bool encrypted = error && g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
        going = send_failure(&frame, encrypted ? OFSI_PDF_ENCRYPTED : OFSI_PDF_DAMAGED, 0, send, context);
    }
    g_clear_error(&error);
    ofsi_buf_free(&frame);
    return going;
}
