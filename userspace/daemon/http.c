// SPDX-License-Identifier: GPL-2.0-or-later
/* The only file that knows libmicrohttpd. */
#include "daemon/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "daemon/config.h"

/* Nobody but a Prometheus or two asks. */
#define CONNECTIONS 16
#define SECONDS	    10u

struct http {
	struct MHD_Daemon *mhd;
	sd_event_source *input;
	sd_event_source *timer;
	char *(*render)(void *ctx, size_t *len);
	void *ctx;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status,
			      const char *type, void *text, size_t len,
			      enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len, text, mode);
	enum MHD_Result ret;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET");
	ret = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return ret;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status, char *text)
{
	return answer(connection, status, "text/plain", text, strlen(text), MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result request(void *ctx, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **seen)
{
	static char lost[] = "Ask for /metrics.\n", only[] = "GET only.\n",
		    empty[] = "Out of memory.\n";
	struct http *http = ctx;
	size_t len;
	char *text;

	/* The first call is for the head alone. */
	if (!*seen) {
		*seen = http;
		return MHD_YES;
	}
	*upload_size = 0;
	if (strcmp(method, MHD_HTTP_METHOD_GET))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, only);
	if (strcmp(url, "/metrics"))
		return refuse(connection, MHD_HTTP_NOT_FOUND, lost);
	text = http->render(http->ctx, &len);
	if (!text)
		return refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, empty);
	return answer(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", text,
		      len, MHD_RESPMEM_MUST_FREE);
}

/* A timer runs only while a connection is open. */
static void http_run(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(http->mhd);
	if (MHD_get_timeout(http->mhd, &ms) != MHD_YES) {
		sd_event_source_set_enabled(http->timer, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time_relative(http->timer, ms * 1000 + 1000);
	sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
}

static int http_input(sd_event_source *source, int fd, uint32_t revents, void *ctx)
{
	http_run(ctx);
	return 0;
}

static int http_late(sd_event_source *source, uint64_t usec, void *ctx)
{
	http_run(ctx);
	return 0;
}

static int http_listen(struct http *http, const char *listen, struct drtmon_err *err)
{
	struct sockaddr_storage address;
	unsigned int flags = MHD_USE_EPOLL;

	if (config_listen_parse(listen, &address))
		return drtmon_err_set(err, -EINVAL, "%s is no address of the loopback", listen);
	if (address.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	http->mhd = MHD_start_daemon(flags, 0, NULL, NULL, request, http, MHD_OPTION_SOCK_ADDR,
				     (struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT,
				     CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, SECONDS,
				     MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (!http->mhd)
		return drtmon_err_set(err, errno ? -errno : -EIO, "cannot listen on %s: %s", listen,
				      errno ? strerror(errno) : "libmicrohttpd refused");
	return 0;
}

int http_start(struct http **out, sd_event *loop, const char *listen,
	       char *(*render)(void *ctx, size_t *len), void *ctx, struct drtmon_err *err)
{
	struct http *http = calloc(1, sizeof(*http));
	const union MHD_DaemonInfo *info;
	int ret;

	*out = NULL;
	if (!http)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	http->render = render;
	http->ctx = ctx;
	ret = http_listen(http, listen, err);
	if (!ret) {
		info = MHD_get_daemon_info(http->mhd, MHD_DAEMON_INFO_EPOLL_FD);
		ret = sd_event_add_io(loop, &http->input, info->epoll_fd, EPOLLIN, http_input,
				      http);
		if (ret >= 0)
			ret = sd_event_add_time_relative(loop, &http->timer, CLOCK_MONOTONIC, 0, 0,
							 http_late, http);
		if (ret < 0)
			drtmon_err_set(err, ret, "cannot watch for requests of metrics: %s",
				       strerror(-ret));
	}
	if (ret < 0)
		http_stop(http);
	else
		*out = http;
	return ret < 0 ? ret : 0;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	sd_event_source_unref(http->input);
	sd_event_source_unref(http->timer);
	if (http->mhd)
		MHD_stop_daemon(http->mhd);
	free(http);
}
