/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /health: 200 while the server takes requests. For load balancers and scripts. */
#include "api/call.h"

static enum rc get_health(struct call *call)
{
    strbuf_add(&call->out, S("{\"status\":\"ok\"}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyHealth",
     .method = HTTP_GET,
     .path = "/health",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_NONE,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_health},
};

extern const struct endpoint_module health_module;
const struct endpoint_module health_module = ENDPOINT_MODULE(endpoints);
