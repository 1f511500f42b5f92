/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/technical.h"

#include "catalogue/rows.h"

const struct technical catalogue_technical[] = {
    {.place = PLACE_CHAT,
     .table = "meta",
     .names = "name value",
     .why = IN_BOTH("The name of this server.", "本服务器的名称。")},
    {.place = PLACE_CHAT,
     .table = "stream",
     .names = "id pos merged",
     .why = IN_BOTH("A counter: the last position given out.", "一个计数器：最近分配的位置。")},
    {.place = PLACE_CHAT,
     .table = "room",
     .names = "nid id version created_pos listed",
     .why = IN_BOTH("A group's number, its random identifier and version, and whether it is in the public list. Its "
                    "name is in an event.",
                    "群组的编号、随机标识符与版本，以及是否列入公开目录。其名称在事件中。")},
    {.place = PLACE_CHAT,
     .table = "room_event",
     .names = "room pos",
     .why = IN_BOTH("Index: which positions belong to a group.", "索引：哪些位置属于某个群组。")},
    {.place = PLACE_CHAT,
     .table = "event_ref",
     .names = "id8 pos",
     .why = IN_BOTH("Index: where an event stands, by part of its hash.", "索引：按哈希的一部分查找事件的位置。")},
    {.place = PLACE_CHAT,
     .table = "state",
     .names = "room skey pos",
     .why = IN_BOTH("Index: which event holds a part of a group's state now, by keyed hash.",
                    "索引：按加密哈希查找群组当前状态所在的事件。")},
    {.place = PLACE_CHAT,
     .table = "thread",
     .names = "room root latest",
     .why = IN_BOTH("Index: the last position of each thread.", "索引：每个话题的最后位置。")},
    {.place = PLACE_CHAT,
     .table = "txn",
     .names = "device txn pos",
     .why = IN_BOTH("Keeps a request sent twice from acting twice: a device's number and a hash. It leads nowhere once "
                    "the device is gone.",
                    "防止重复的请求被执行两次：设备编号与一个哈希值。设备移除后即无法对应。")},
    {.place = PLACE_KEYS,
     .table = "dataset_key",
     .names = "purpose dataset wrapped made_ms",
     .why = IN_BOTH("The key of a de-identified dataset, encrypted, apart from all data. It names nobody; with it the "
                    "records of that dataset can be linked back, until it is destroyed.",
                    "去标识化数据集的密钥，加密并与数据分开保管。密钥本身不指向任何人；凭它可重新关联该数据集的记录，直"
                    "至被销毁。")},
    {.place = PLACE_VAULT,
     .table = "backup",
     .names = "nid made_ms kind expires_ms",
     .why = IN_BOTH("When backups were made and when they expire.", "备份的时间与到期时间。")},
    {.place = PLACE_VAULT,
     .table = "log_node",
     .names = "level place hash",
     .why = IN_BOTH("The public log: hashes of the audit's commitments, from which nothing can be read.",
                    "公开日志：审计承诺值的哈希，从中无法读出任何内容。")},
    {.place = PLACE_VAULT,
     .table = "log_checkpoint",
     .names = "id size note",
     .why = IN_BOTH("The public log's newest signed size and root.", "公开日志最新签名的大小与根哈希。")},
    {.place = PLACE_VAULT,
     .table = "statistics_release",
     .names = "nid at_ms query epsilon_micro result",
     .why = IN_BOTH("Statistics that were published, with noise in every number, and what they cost of the budget.",
                    "已发布的统计结果（每个数字均含噪声）及其消耗的隐私预算。")},
    {.place = PLACE_VAULT,
     .table = "erasure_count",
     .names = "subject name removed",
     .why =
         IN_BOTH("How many rows of each kind an erasure under way has removed, by number; gone with its certificate.",
                 "进行中的删除已移除的各类行数，按编号记录；出具证明后即移除。")},
    {.place = PLACE_LOG,
     .names = "result rc error job status endpoint channel field purpose start_ms loops why",
     .why = IN_BOTH(
         "Words of the program and numbers about its work. Nothing of a request, a person or a key can be logged.",
         "程序自身的用语与关于其运行的数字。请求、个人或密钥的内容都无法写入日志。")},
    {.place = PLACE_HEADER,
     .names = "accept-encoding content-type content-length content-encoding expect host transfer-encoding connection "
              "x-forwarded-proto",
     .why = IN_BOTH("How a request or an answer is packed and where it goes, used at once and not kept.",
                    "请求或应答的封装方式与去向，即时使用，不保存。")},
    {.place = PLACE_HEADER,
     .names = "date retry-after cache-control content-disposition content-language content-security-policy "
              "cross-origin-opener-policy cross-origin-resource-policy permissions-policy referrer-policy "
              "strict-transport-security vary x-content-type-options access-control-allow-headers "
              "access-control-allow-methods access-control-allow-origin",
     .why = IN_BOTH("Tells a browser how to treat an answer; the same for everybody.",
                    "告知浏览器如何处理应答，对所有人相同。")},
};
const size_t catalogue_technical_count = sizeof catalogue_technical / sizeof *catalogue_technical;
