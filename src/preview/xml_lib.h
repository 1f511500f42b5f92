/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libxml2, loaded when the first page is read: most servers never read one. */
#ifndef PREVIEW_XML_LIB_H
#define PREVIEW_XML_LIB_H

#include "base/rc.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

/* The functions used, by their own names. */
#define XML_FUNCTIONS(each)                                                                                            \
    each(xmlInitParser) each(htmlCreatePushParserCtxt) each(htmlCtxtUseOptions) each(htmlParseChunk)                   \
        each(htmlFreeParserCtxt) each(xmlStopParser) each(xmlFindCharEncodingHandler) each(xmlSwitchToEncoding)        \
            each(xmlFreeDoc)

struct xml_lib {
#define XML_MEMBER(name) __typeof__(&name) name;
    XML_FUNCTIONS(XML_MEMBER)
#undef XML_MEMBER
};

/* Thread-safe; loaded once, for good. RC_UNSUPPORTED when the machine has none. */
enum rc xml_lib_get(const struct xml_lib **ret_lib) MUST_USE;

#endif
