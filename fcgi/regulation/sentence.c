/*
 * regulation/sentence.c - the members of the language, and the JSON Schema made of them
 */
#include "config.h"

#include "regulation/sentence.h"

#include <string.h>

#include "base/text.h"
#include "regulation/regulation.h"

#define NOTED     " strength:=mandatory/in_principle note"
#define FIELD     " unit hint meaning choices:[choice] max:any each_time:bool"
#define TYPES     ":=text/long_text/money/boolean/choice/choices/date/integer"
#define SUBJECTS  ":=project/plan/unit/system/bundle/appropriation"
#define PHASES    ":=plan/application/review/approval/procurement/construction/acceptance/operation/evaluation/supervision"
#define MONTH_DAY "month:int! day:int!"

const struct sentence_row sentences[SENTENCE_COUNT] = {
    [SENTENCE_RULES] =
        {"rules", "规则文件",
         "$schema regulation! tenant! version:@version! organs:{organ}! subjects:[subject] parameters:[parameter] "
         "facts:[fact]! "
         "scope:[scope] routes:[route]! road:[road] procedures:{procedure}! gates:[gate] duties:[duty] "
         "changes:[change] money:[money] exceptions:[registered] stays:[stay] registers:[catalogue] "
         "suspensions:[suspension] "
         "expert_pool:@expert_pool "
         "reviews:[review] "
         "forms:{form} filings:[filing] "
         "statements:[statement] untranslated:[untranslated] readings:[reading]"},
    [SENTENCE_VERSION] =
        {"version", "版本",
         "from:date! to:date articles:articles! after_expiry:@after_expiry predecessor:@predecessor note"},
    [SENTENCE_AFTER_EXPIRY] = {"after_expiry", "失效之后",
                               "refuse:texts! message! mend mark! advice_only:texts articles:articles note"},
    [SENTENCE_PREDECESSOR] = {"predecessor", "前一文件", "document! to:date regulation articles:articles! note"},
    [SENTENCE_SUBJECT] = {"subject", "对象",
                          "id:=plan/unit/system/bundle/appropriation! name! opened_by:refs! seen_by:refs gathers:refs "
                          "articles:articles!" NOTED},
    [SENTENCE_ORGAN] =
        {"organ", "机关",
         "name! articles:articles! kind:=office/applicant/outside/one_of admits:texts refusal recorded_by:refs "
         "cases:[organ_case] does note"},
    [SENTENCE_ORGAN_CASE] = {"organ_case", "分支", "when:cond organ! otherwise:bool articles:articles"},
    [SENTENCE_PARAMETER] = {"parameter", "参数",
                            "id:id! label! type" TYPES
                            "! articles:articles! unit choices:[choice] max:any meaning" NOTED},
    [SENTENCE_PARAMETER_VALUE] = {"parameter_value", "参数值", "value:any! from:date to:date source note"},
    [SENTENCE_FACT] = {"fact", "事实",
                       "id:id! articles:articles! required:bool|cond asked_when:cond default:any decided_by:refs "
                       "applicant_may:=set/only_stricter/no stricter:any group type" TYPES
                       " label on" SUBJECTS FIELD NOTED},
    [SENTENCE_CHOICE] = {"choice", "选项", "id:id! label! choices:[choice] articles:articles note"},
    [SENTENCE_SCOPE] =
        {"scope", "适用范围",
         "when:cond! then:=not_applicable/off_platform/refused! message! mend articles:articles! quote" NOTED},
    [SENTENCE_ROUTE] =
        {"route", "路径",
         "id:id name when:cond otherwise:bool procedures:texts adds:texts before articles:articles!" NOTED},
    [SENTENCE_ROAD] = {"road", "后续环节", "procedure! when:cond alongside:bool articles:articles" NOTED},
    [SENTENCE_PROCEDURE] = {"procedure", "事项",
                            "name! articles:articles! phase" PHASES "! on" SUBJECTS " when:cond opens:[opens] "
                            "repeat:=once/many/year/quarter period:=previous/current materials:[material] form "
                            "steps:[step]! again:bool" NOTED},
    [SENTENCE_OPENS] = {"opens", "开始条件", "require:cond! message! mend who articles:articles! quote" NOTED},
    [SENTENCE_MATERIAL] = {"material", "材料",
                           "id:id! name! articles:articles! when:cond template hint or_reason:bool|cond" NOTED},
    [SENTENCE_STEP] = {"step", "环节", "id:id! name! by:actor! acts:[act]! when:cond articles:articles" NOTED},
    [SENTENCE_ACT] =
        {"act", "行为",
         "id:id! name! articles:articles by:actor to:actor witness:actor takes_materials:bool correction:bool "
         "reason:bool checklist:[check_item] form document:id|@document records sets:any sets_items:any done_text "
         "danger:bool "
         "next ends:=done/failed dated_by when:cond reopens:texts" NOTED},
    [SENTENCE_CHECK_ITEM] = {"check_item", "审查要点",
                             "id:id! name! articles:articles veto:bool effect when:cond exceptions:[exception]" NOTED},
    [SENTENCE_DOCUMENT] = {"document", "文书", "id:id! name! number series articles:articles"},
    [SENTENCE_GATE] = {"gate", "限制",
                       "id:id! name! blocks:texts! when:cond unless:cond! message! mend who warn:bool lift:@lift "
                       "articles:articles! quote exceptions:[exception]" NOTED},
    [SENTENCE_LIFT] = {"lift", "解除", "by:refs! record:=reason articles:articles note"},
    [SENTENCE_EXCEPTION] = {"exception", "例外", "when:cond! articles:articles!" NOTED},
    [SENTENCE_DUTY] = {"duty", "时限",
                       "id:id! name! who:actor! to:actor trigger:@trigger! limit:@limit! fulfilled_by:refs "
                       "fulfils:=one/all complete:bool when:cond paused_by:refs reset_by:refs late articles:articles! "
                       "quote" NOTED},
    [SENTENCE_TRIGGER] = {"trigger", "起算点",
                          "event field later_of:[trigger] earlier_of:[trigger] each:=year/quarter from:@trigger "
                          "until:@trigger after:bool always:bool"},
    [SENTENCE_LIMIT] =
        {"limit", "期限",
         "working_days:int days:int months:int window:@window between:@between end_of:=year/quarter "
         "fixed:@fixed minimum_months:int before:text|@operand|@year_day by_field:text|@operand|@year_day "
         "none roll:=next_workday/none text"},
    [SENTENCE_WINDOW] = {"window", "期间", "opens_months:int! closes_months:int! roll:=next_workday/none"},
    [SENTENCE_BETWEEN] = {"between", "每年期间", "from:@day! to:@day! year:int"},
    [SENTENCE_FIXED] = {"fixed", "固定日期", MONTH_DAY " year:int"},
    [SENTENCE_DAY] = {"day", "固定日期", MONTH_DAY},
    [SENTENCE_CHANGE] =
        {"change", "变更分档",
         "id:id! name! amount! base! since:refs basis:=cumulative/single bands:[band]! articles:articles! quote" NOTED},
    [SENTENCE_BAND] = {"band", "档",
                       "above:int at_least:int below:int at_most:int when:cond otherwise:bool to! name "
                       "articles:articles" NOTED},
    [SENTENCE_SUSPENSION] = {"suspension", "停止适用",
                             "rules:texts! from:date! to:date by! text! articles:articles!" NOTED},
    [SENTENCE_EXPERT_POOL] = {"expert_pool", "专家库", "name! kept_by:refs! fields:[choice]! articles:articles!" NOTED},
    [SENTENCE_REVIEW] = {"review", "专家评审",
                         "id:id! name! agree! disagree! calls convened_by:refs! seeds:refs! panel:@panel! avoid:texts "
                         "authors:texts scores:[score]! pass:@pass! fills:any articles:articles!" NOTED},
    [SENTENCE_PANEL] = {"panel", "专家组", "at_least:int! odd:bool reserves:int! quorum:int!"},
    [SENTENCE_SCORE] = {"score", "评分项", "id:id! name! weight:int! hint articles:articles"},
    [SENTENCE_PASS] = {"pass", "通过标准", "average:int! agree_above_percent:int!"},
    [SENTENCE_MONEY] = {"money", "资金",
                        "id:=applied/planned/reviewed/approved/budget/contract/paid/settled/surplus/carried/returned! "
                        "name latest:refs sum:refs each_run:bool cleared_by:refs at_most:[money_limit] "
                        "articles:articles! quote" NOTED},
    [SENTENCE_MONEY_LIMIT] = {"money_limit", "不得超过",
                              "of:=applied/planned/reviewed/approved/budget/contract/paid/settled/surplus/carried/"
                              "returned! gate mend articles:articles quote" NOTED},
    [SENTENCE_REGISTERED] = {"registered", "例外登记",
                             "id:id! name! on:refs! reason until articles:articles! quote" NOTED},
    [SENTENCE_STAY] = {"stay", "在库",
                       "id:id! name! enters:refs! leaves:refs! amount:refs year until articles:articles! quote" NOTED},
    [SENTENCE_CATALOGUE] = {"catalogue", "台账",
                            "id:=system/resource/evaluation! name! entries:[catalogue_row]! articles:articles!" NOTED},
    [SENTENCE_CATALOGUE_ROW] = {"catalogue_row", "台账的一项",
                                "id:id! on:refs! rows name state runs sharing basis opening result when:cond "
                                "articles:articles!" NOTED},
    [SENTENCE_FORM] = {"form", "表单",
                       "name! articles:articles! fields:[field]! sums:[sum] tests:[test] print:@print" NOTED},
    [SENTENCE_FIELD] = {"field", "字段",
                        "id:id! label type" TYPES "/rows required:bool|cond" FIELD
                        " articles:articles strength:=mandatory/in_principle from:refs group or_reason:bool|cond "
                        "precision:=month columns:[column]"},
    [SENTENCE_COLUMN] =
        {"column", "列",
         "id:id! label! type:=text/long_text/money/boolean/choice/date/integer! required:bool|cond unit "
         "hint choices:[choice] max:any articles:articles precision:=month"},
    [SENTENCE_SUM] = {"sum", "合计", "total! of:texts! articles:articles"},
    [SENTENCE_TEST] = {"test", "表内核对", "require:cond! message! mend field! articles:articles" NOTED},
    [SENTENCE_PRINT] = {"print", "印制", "kind:=table/outline! mark title! head:list rows:list foot"},
    [SENTENCE_PRINT_ROW] = {"print_row", "表行", "label! columns:texts range:texts entries"},
    [SENTENCE_FILING] = {"filing", "报送",
                         "id:id! name! on:refs! to! by when:cond facts:texts events:texts documents:texts "
                         "mend:@filing_mend articles:articles! required_receipt" NOTED},
    [SENTENCE_FILING_MEND] = {"filing_mend", "补正", "facts:texts documents:texts articles:articles! note"},
    [SENTENCE_STATEMENT] = {"statement", "陈述", "articles:articles! note!"},
    [SENTENCE_UNTRANSLATED] = {"untranslated", "未译", "articles:articles! why! instead!"},
    [SENTENCE_READING] = {"reading", "读法", "id! articles:articles! question! reading! why! rests_on:texts"},
    [SENTENCE_OPERAND] = {"operand", "比较的另一方",
                          "of! percent:int plus:int plus_months:int plus_days:int plus_working_days:int"},
    [SENTENCE_YEAR_DAY] = {"year_day", "某年的一日", "year_of! year:int " MONTH_DAY},
    [SENTENCE_VOCABULARY] = {"vocabulary", "词表", "facts:[entry]! note"},
    [SENTENCE_ENTRY] = {"entry", "词条",
                        "id:id! type" TYPES "! label! meaning unit choices:[choice] max:any hint group "
                        "each_time:bool"},
    [SENTENCE_INTERPRETATION] = {"interpretation", "解释规则", "rules:[interpretation_rule]! note"},
    [SENTENCE_INTERPRETATION_RULE] = {"interpretation_rule", "解释规则", "id:id! name! source! text reading!"},
    [SENTENCE_FINDINGS] = {"findings", "已接受的疑问", "accepted:[accepted]! note"},
    [SENTENCE_ACCEPTED] = {"accepted", "已接受的疑问",
                           "finding:id! regulation articles:articles! about reading! reason! by! date:date!"},
};

/* ---- the schema ---- */

static struct node *typed(struct arena *a, struct node *o, const char *type)
{
    node_put_text(a, o, "type", type);
    return o;
}

static void put_ref(struct arena *a, struct node *o, const char *name, size_t len)
{
    node_put_text(a, o, "$ref", arena_fmt(a, "#/definitions/%.*s", (int)len, name));
}

static void put_enum(struct arena *a, struct node *o, const char *words, size_t len)
{
    struct node *list = node_put_list(a, o, "enum");

    for (size_t n; len; words += n, len -= n) {
        n = strcspn(words, "/");
        n = n < len ? n : len;
        node_add(list, node_text(a, arena_dupn(a, words, n)));
        n += n < len;
    }
}

static void put_type(struct arena *a, struct node *o, const char *type, size_t len)
{
    static const char *const DEFINED[] = {"articles", "cond", "actor", "texts", "refs", "date", "id"};
    static const struct {
        const char *word, *type;
    } PLAIN[] = {{"text", "string"}, {"bool", "boolean"}, {"int", "integer"}, {"list", "array"}};
    const char *s = arena_dupn(a, type, len);

    for (size_t i = 0; i < ARRAY_LEN(DEFINED); i++)
        if (text_eq(s, DEFINED[i]))
            put_ref(a, o, s, len);
    for (size_t i = 0; i < ARRAY_LEN(PLAIN); i++)
        if (text_eq(s, PLAIN[i].word))
            typed(a, o, PLAIN[i].type);
    if (*s == '=')
        put_enum(a, o, s + 1, len - 1);
    else if (*s == '@')
        put_ref(a, o, s + 1, len - 1);
    else if (*s == '[')
        put_ref(a, node_put_object(a, typed(a, o, "array"), "items"), s + 1, len - 2);
    else if (*s == '{')
        put_ref(a, node_put_object(a, typed(a, o, "object"), "additionalProperties"), s + 1, len - 2);
}

static void put_member(struct arena *a, struct node *properties, struct node *required, const char *m, size_t len)
{
    int must = m[len - 1] == '!';
    size_t name = strcspn(m, ":! ");
    const char *type;
    struct node *o, *list;
    size_t rest;

    name = name < len ? name : len;
    o = node_put_object(a, properties, arena_dupn(a, m, name));
    if (must)
        node_add(required, node_text(a, arena_dupn(a, m, name)));
    len -= (size_t)must;
    type = name < len ? m + name + 1 : "text";
    rest = name < len ? len - name - 1 : strlen("text");
    if (!memchr(type, '|', rest)) {
        put_type(a, o, type, rest);
        return;
    }
    list = node_put_list(a, o, "anyOf");
    for (size_t n; rest; type += n, rest -= n) {
        n = strcspn(type, "|");
        n = n < rest ? n : rest;
        put_type(a, node_add_object(a, list), type, n);
        n += n < rest;
    }
}

static void put_sentence(struct arena *a, struct node *definitions, const struct sentence_row *s)
{
    struct node *o = node_put_object(a, definitions, s->id), *properties, *required = node_list(a);

    typed(a, o, "object");
    node_put_text(a, o, "description", s->what);
    properties = node_put_object(a, o, "properties");
    for (const char *m = s->members; *m;) {
        size_t n = strcspn(m, " ");
        put_member(a, properties, required, m, n);
        m += n + strspn(m + n, " ");
    }
    node_put_bool(a, o, "additionalProperties", 0);
    if (node_count(required))
        node_put(a, o, "required", required);
}

static void put_texts(struct arena *a, struct node *o)
{
    typed(a, node_put_object(a, typed(a, o, "array"), "items"), "string");
}

/* A condition's other members are terms: facts, fields of events, this.<field> … */
static void put_cond(struct arena *a, struct node *o)
{
    static const char *const LISTS[] = {"all", "any"}, *const REFS[] = {"done",        "failed",  "open",  "happened",
                                                                        "window_open", "overdue", "route", "filed"};
    struct node *p = node_put_object(a, typed(a, o, "object"), "properties");

    node_put_text(a, o, "description", "条件");
    node_put_int(a, o, "minProperties", 1);
    for (size_t i = 0; i < ARRAY_LEN(LISTS); i++)
        put_ref(a, node_put_object(a, typed(a, node_put_object(a, p, LISTS[i]), "array"), "items"), "cond", 4);
    put_ref(a, node_put_object(a, p, "not"), "cond", 4);
    for (size_t i = 0; i < ARRAY_LEN(REFS); i++)
        put_ref(a, node_put_object(a, p, REFS[i]), "refs", 4);
}

static void put_common(struct arena *a, struct node *d)
{
    struct node *o = node_put_object(a, d, "id"), *list;

    node_put_text(a, typed(a, o, "string"), "pattern", "^[a-z][a-z0-9_]*$");
    put_texts(a, node_put_object(a, d, "texts"));
    o = node_put_object(a, d, "articles");
    put_texts(a, o);
    node_put_text(a, o, "description", "依据的条号，如 \"12\"、\"12(3)\"、\"annex1\"");
    node_put_int(a, o, "minItems", 1);
    list = node_put_list(a, node_put_object(a, d, "refs"), "anyOf");
    typed(a, node_add_object(a, list), "string");
    put_ref(a, node_add_object(a, list), "texts", 5);
    list = node_put_list(a, node_put_object(a, d, "date"), "anyOf");
    node_put_text(a, typed(a, node_add_object(a, list), "string"), "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    typed(a, node_add_object(a, list), "null");
    list = node_put_list(a, node_put_object(a, d, "actor"), "anyOf");
    put_ref(a, node_add_object(a, list), "refs", 4);
    o = typed(a, node_add_object(a, list), "object");
    put_ref(a, node_put_object(a, node_put_object(a, o, "properties"), "any"), "texts", 5);
    put_ref(a, node_put_object(a, (struct node *)node_get(o, "properties"), "all"), "texts", 5);
    node_put_bool(a, o, "additionalProperties", 0);
    put_cond(a, node_put_object(a, d, "cond"));
}

struct node *regulation_schema(struct arena *a)
{
    struct node *o = node_object(a), *definitions;

    node_put_text(a, o, "$schema", "http://json-schema.org/draft-07/schema#");
    node_put_text(a, o, "title", "规章语言：tenants/<区>/<版本>/rules.json");
    put_ref(a, node_add_object(a, node_put_list(a, o, "allOf")), "rules", 5);
    definitions = node_put_object(a, o, "definitions");
    put_common(a, definitions);
    for (size_t i = 0; i < SENTENCE_COUNT; i++)
        put_sentence(a, definitions, &sentences[i]);
    return o;
}
