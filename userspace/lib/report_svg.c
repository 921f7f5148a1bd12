// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The chain of trust as a drawing. Two of them: six plates beside each other
 * for a desk and for paper, one below the other for a telephone; the style
 * sheet shows the one that fits. Colours come from the style sheet too, and
 * each state has a sign of its own, so that colour is never all there is.
 */
#include <string.h>

#include "lib/report_html.h"

/* One plate, in the drawing's own units. */
#define WIDE_PLATE  150
#define WIDE_GAP    20
#define WIDE_HEIGHT 148
#define TALL_WIDTH  340
#define TALL_PLATE  64
#define TALL_GAP    22

/* Signs drawn around 0,0 within a circle of radius 13. */
static const char *sign(const char *tone)
{
	if (!strcmp(tone, "good"))
		return "<path class=\"sign\" d=\"M-6 0.5 L-1.5 5 L6.5 -4.5\"/>";
	if (!strcmp(tone, "bad"))
		return "<path class=\"sign\" d=\"M-5 -5 L5 5 M5 -5 L-5 5\"/>";
	if (!strcmp(tone, "warn"))
		return "<path class=\"sign\" d=\"M0 -7 L0 1.5 M0 6 L0 6.4\"/>";
	if (!strcmp(tone, "plain"))
		return "<path class=\"sign\" d=\"M-5.5 0 L5.5 0\"/>";
	return "<path class=\"sign\" d=\"M-4 -3 C-4 -8 4 -8 4 -3 C4 0 0 0 0 3 M0 6.8 L0 7\"/>";
}

/* What each layer is, for who has not read the specification. */
static const char *what(const char *id)
{
	static const char *const words[][2] = {
		{ "hardware", "CPU, chipset, TPM" }, { "firmware", "BIOS settings, NV" },
		{ "acm", "authenticated code" },     { "launcher", "asks for SENTER" },
		{ "kernel", "measured, logged" },    { "user-space", "IMA and systemd" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i][0], id))
			return words[i][1];
	return "";
}

static void text(struct drtmon_html *html, int x, int y, const char *class, const char *words)
{
	drtmon_html_markup(html, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	drtmon_html_text(html, words);
	drtmon_html_markup(html, "</text>");
}

/* A joint is as good as the worse of what it joins. */
static const char *joint_tone(const json_t *layers, size_t i)
{
	static const char *const order[] = { "bad", "warn", "unknown", "plain", "good" };
	const char *a =
		drtmon_report_tone(drtmon_html_word(json_array_get(layers, i - 1), "state"));
	const char *b = drtmon_report_tone(drtmon_html_word(json_array_get(layers, i), "state"));
	size_t k;

	for (k = 0; k + 1 < sizeof(order) / sizeof(order[0]); k++)
		if (!strcmp(order[k], a) || !strcmp(order[k], b))
			break;
	return order[k];
}

static void joint(struct drtmon_html *html, const char *tone, int x1, int y1, int x2, int y2)
{
	drtmon_html_markup(html,
			   "<line class=\"joint %s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
			   tone, x1, y1, x2, y2);
}

static void plate(struct drtmon_html *html, size_t i, const json_t *layer, int x, int y, int w,
		  int h)
{
	const char *state = drtmon_html_word(layer, "state"), *tone = drtmon_report_tone(state);
	int wide = w == WIDE_PLATE, cx = wide ? x + w / 2 : x + 34, left = wide ? cx : x + 66;

	drtmon_html_markup(html, "<g class=\"plate %s\"><title data-key=\"picture.%zu.reason\">",
			   tone, i);
	drtmon_html_text(html, drtmon_html_word(layer, "reason"));
	drtmon_html_markup(html,
			   "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"12\"/>"
			   "<g transform=\"translate(%d %d)\"><circle r=\"15\"/>%s</g>",
			   x, y, w, h, cx, wide ? y + 32 : y + h / 2, sign(tone));
	text(html, left, wide ? y + 74 : y + 28, "name", drtmon_html_word(layer, "title"));
	text(html, left, wide ? y + 94 : y + 46, "what", what(drtmon_html_word(layer, "id")));
	drtmon_html_markup(
		html, "<text x=\"%d\" y=\"%d\" class=\"state\" data-key=\"picture.%zu.state\">",
		wide ? cx : x + w - 14, wide ? y + 124 : y + 37, i);
	drtmon_html_text(html, state);
	drtmon_html_markup(html, "</text></g>");
}

static void wide(struct drtmon_html *html, const json_t *layers)
{
	size_t i, n = json_array_size(layers);
	int step = WIDE_PLATE + WIDE_GAP;

	drtmon_html_markup(html,
			   "<svg class=\"chain wide\" role=\"img\" viewBox=\"0 0 %d %d\" "
			   "aria-label=\"Chain of trust\">",
			   (int)n * step - WIDE_GAP + 4, WIDE_HEIGHT + 4);
	for (i = 1; i < n; i++)
		joint(html, joint_tone(layers, i), (int)i * step - WIDE_GAP + 2,
		      2 + WIDE_HEIGHT / 2, (int)i * step + 2, 2 + WIDE_HEIGHT / 2);
	for (i = 0; i < n; i++)
		plate(html, i, json_array_get(layers, i), 2 + (int)i * step, 2, WIDE_PLATE,
		      WIDE_HEIGHT);
	drtmon_html_markup(html, "</svg>\n");
}

static void tall(struct drtmon_html *html, const json_t *layers)
{
	size_t i, n = json_array_size(layers);
	int step = TALL_PLATE + TALL_GAP;

	drtmon_html_markup(html,
			   "<svg class=\"chain tall\" role=\"img\" viewBox=\"0 0 %d %d\" "
			   "aria-label=\"Chain of trust\">",
			   TALL_WIDTH, (int)n * step - TALL_GAP + 4);
	for (i = 1; i < n; i++)
		joint(html, joint_tone(layers, i), 36, (int)i * step - TALL_GAP + 2, 36,
		      (int)i * step + 2);
	for (i = 0; i < n; i++)
		plate(html, i, json_array_get(layers, i), 2, 2 + (int)i * step, TALL_WIDTH - 4,
		      TALL_PLATE);
	drtmon_html_markup(html, "</svg>\n");
}

void drtmon_report_svg(struct drtmon_html *html)
{
	const json_t *layers = drtmon_html_get(html->doc, "picture");

	wide(html, layers);
	tall(html, layers);
}
