/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_HTTP_H
#define DRTMON_DAEMON_HTTP_H

#include <stddef.h>

#include <systemd/sd-event.h>

#include "lib/err.h"

struct http;

/**
 * http_start() - answer GET /metrics on the loopback
 * @http: release with http_stop()
 * @loop: where requests are answered from
 * @listen: see config_listen_parse()
 * @render: makes the text, malloc()ed, and its length; NULL when it cannot
 * @ctx: for @render
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int http_start(struct http **http, sd_event *loop, const char *listen,
	       char *(*render)(void *ctx, size_t *len), void *ctx, struct drtmon_err *err);

/**
 * http_stop() - hang up
 * @http: may be NULL
 */
void http_stop(struct http *http);

#endif
