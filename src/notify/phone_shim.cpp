/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/phone_shim.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static bool copy_out(const std::string &text, char *out, size_t size)
{
    if (text.size() >= size)
        return false;
    std::memcpy(out, text.c_str(), text.size() + 1);
    return true;
}

/* In some countries (USA, Canada) the plan does not tell mobile numbers from others. */
static bool may_be_mobile(PhoneNumberUtil::PhoneNumberType type)
{
    return type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
}

static phone_shim_result parse(const std::string &number, const std::string &country, char *e164, size_t e164_size,
                               char *region, size_t region_size)
{
    PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    std::string text, where;
    if (util->Parse(number, country, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR || !util->IsValidNumber(parsed))
        return PHONE_SHIM_INVALID;
    if (!may_be_mobile(util->GetNumberType(parsed)))
        return PHONE_SHIM_NOT_MOBILE;
    util->Format(parsed, PhoneNumberUtil::E164, &text);
    util->GetRegionCodeForNumber(parsed, &where);
    return copy_out(text, e164, e164_size) && copy_out(where, region, region_size) ? PHONE_SHIM_MOBILE
                                                                                   : PHONE_SHIM_INVALID;
}

phone_shim_result phone_shim_parse(const char *number, size_t number_len, const char *country, size_t country_len,
                                   char *ret_e164, size_t e164_size, char *ret_region, size_t region_size)
{
    try {
        return parse(std::string(number, number_len), std::string(country, country_len), ret_e164, e164_size,
                     ret_region, region_size);
    } catch (...) {
        return PHONE_SHIM_INVALID;
    }
}
