/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prints the endpoint table, a line each, for tools/matrix-api: method, address, name, who, purposes, why not offered.
 */
#include "api/endpoint.h"

#include <stdio.h>

static const char *const methods[] = {
    [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE"};

static const char *const who[] = {
    [AUTH_NONE] = "anyone",           [AUTH_OPTIONAL] = "anyone",     [AUTH_USER] = "user",
    [AUTH_GUEST_TOO] = "user, guest", [AUTH_STAFF] = "administrator", [AUTH_SELF_OR_STAFF] = "oneself, administrator",
};

static void print_purposes(const struct endpoint *endpoint)
{
    printf("%s", purpose_name(endpoint->purpose));
    for (int purpose = PURPOSE_NONE + 1; purpose < PURPOSE_COUNT; purpose++)
        if (endpoint->also & PURPOSE_BIT(purpose))
            printf(", %s", purpose_name((enum purpose)purpose));
}

static void print_endpoint(const struct endpoint *endpoint)
{
    printf("%s\t%s\t%s\t%s\t", methods[endpoint->method], endpoint->path, endpoint->name, who[endpoint->auth]);
    print_purposes(endpoint);
    printf("\t%s\n", endpoint->not_offered ? endpoint->not_offered : "");
}

int main(void)
{
    for (size_t m = 0; m < endpoint_module_count; m++)
        for (size_t i = 0; i < endpoint_modules[m]->count; i++)
            print_endpoint(&endpoint_modules[m]->endpoints[i]);
    return 0;
}
