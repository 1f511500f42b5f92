/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/purpose.h"

#define EN LANGUAGE_EN
#define ZH LANGUAGE_ZH_CN

static const struct {
    const char *name, *title[LANGUAGE_COUNT], *words[LANGUAGE_COUNT];
} purposes[PURPOSE_COUNT] = {
    [PURPOSE_NONE] = {"none", {"None", "无"}, {"No personal data is touched.", "不涉及个人信息。"}},
    [PURPOSE_SERVICE] = {"service",
                         {"The service", "提供服务"},
                         {"Giving you the account and the settings you asked for.", "提供您所要求的账号与设置。"}},
    [PURPOSE_MESSAGING] = {"messaging",
                           {"Messaging", "收发消息"},
                           {"Showing members of a room each other's messages and names.",
                            "让同一聊天室的成员看到彼此的消息与名称。"}},
    [PURPOSE_ACCOUNT_SECURITY] = {"account_security",
                                  {"Account security", "账号安全"},
                                  {"Codes, sign-ins, devices, and warnings about them.",
                                   "验证码、登录、设备以及相关提醒。"}},
    [PURPOSE_RIGHTS] = {"rights",
                        {"Your rights", "您的权利"},
                        {"Showing, correcting and deleting your own data at your request.",
                         "按您的要求查阅、更正和删除您自己的信息。"}},
    [PURPOSE_SAFETY] = {"safety",
                        {"Safety", "安全与稳定"},
                        {"Reports, abuse, and keeping the service stable.", "处理举报与滥用，保持服务稳定。"}},
    [PURPOSE_OPERATIONS] = {"operations",
                            {"Operations", "运营"},
                            {"What staff and the operator's commands need to do.", "工作人员与运营命令所必需的处理。"}},
    [PURPOSE_RETENTION] = {"retention",
                           {"Retention", "到期清理"},
                           {"Removing what has been kept long enough.", "清除已到保存期限的信息。"}},
    [PURPOSE_STATISTICS] = {"statistics",
                            {"Statistics", "统计"},
                            {"Counts that identify nobody.", "不识别任何人的计数。"}},
    [PURPOSE_DISCLOSURE] = {"disclosure",
                            {"Disclosure by law", "依法披露"},
                            {"Answering an authority's legal documents.", "回应主管机关的法律文书。"}},
    [PURPOSE_LOCATION] = {"location",
                          {"People nearby", "附近的人"},
                          {"Your rough position, to find people nearby.", "您的大致位置，用于发现附近的人。"}},
    [PURPOSE_RECOMMENDATION] = {"recommendation",
                                {"Recommendations", "推荐"},
                                {"How you use the service, never what you write, to suggest groups.",
                                 "您使用服务的方式（从不包括您所写的内容），用于推荐群组。"}},
    [PURPOSE_CAMERA] = {"camera", {"Camera", "相机"}, {"Taking pictures and scanning codes.", "拍照与扫码。"}},
    [PURPOSE_PICTURES] = {"pictures",
                          {"Pictures", "图片"},
                          {"Choosing an avatar and images to send.", "选择头像与要发送的图片。"}},
    [PURPOSE_QUALITY] = {"quality",
                         {"Quality of service", "服务质量"},
                         {"What you tell support, and your answers to questionnaires.",
                          "您告诉客服的内容以及您对问卷的回答。"}},
    [PURPOSE_PERSONALISATION] = {"personalisation",
                                 {"Personalisation", "个性化"},
                                 {"Cookies that remember what suits you.", "记住您偏好的 Cookie。"}},
    [PURPOSE_VISITS] = {"visits",
                        {"Visit counts", "访问统计"},
                        {"Recognising you when visits are counted.", "在统计访问时识别您。"}},
};

static const struct {
    const char *name, *title[LANGUAGE_COUNT];
} bases[BASIS_COUNT] = {
    [BASIS_CONSENT] = {"consent", {"Your consent", "您的同意"}},
    [BASIS_LEGAL_DUTY] = {"legal_duty", {"A legal duty", "履行法定义务"}},
    [BASIS_NATIONAL_SECURITY] = {"national_security", {"National security and defence", "国家安全与国防"}},
    [BASIS_PUBLIC_SAFETY] = {"public_safety",
                             {"Public safety, health or a major public interest", "公共安全、公共卫生或重大公共利益"}},
    [BASIS_CRIMINAL_PROCEDURE] = {"criminal_procedure", {"Criminal procedure", "刑事侦查、起诉、审判与执行"}},
    [BASIS_LIFE_OR_PROPERTY] = {"life_or_property", {"Protecting life or property", "保护生命或财产"}},
    [BASIS_MADE_PUBLIC] = {"made_public", {"You made it public", "您自行公开"}},
    [BASIS_CONTRACT] = {"contract", {"The service you asked for", "您所要求的服务"}},
    [BASIS_PUBLIC_SOURCES] = {"public_sources", {"Lawful public sources", "合法公开渠道"}},
    [BASIS_STABLE_SERVICE] = {"stable_service", {"Keeping the service safe and stable", "维护服务安全稳定"}},
    [BASIS_OTHER_LAW] = {"other_law", {"Another case set by law", "法律规定的其他情形"}},
};

const char *purpose_name(enum purpose purpose)
{
    return purposes[purpose].name;
}

enum purpose purpose_of_name(str name)
{
    enum purpose purpose = PURPOSE_NONE;
    while (purpose < PURPOSE_COUNT && !str_eq(name, str_of(purposes[purpose].name)))
        purpose++;
    return purpose;
}

const char *purpose_title(enum purpose purpose, enum language language)
{
    return purposes[purpose].title[language];
}

const char *purpose_words(enum purpose purpose, enum language language)
{
    return purposes[purpose].words[language];
}

const char *basis_name(enum legal_basis basis)
{
    return bases[basis].name;
}

const char *basis_title(enum legal_basis basis, enum language language)
{
    return bases[basis].title[language];
}

enum legal_basis basis_of_name(str name)
{
    enum legal_basis basis = BASIS_CONSENT;
    while (basis < BASIS_COUNT && !str_eq(name, str_of(bases[basis].name)))
        basis++;
    return basis;
}
