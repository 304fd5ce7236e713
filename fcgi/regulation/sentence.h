/*
 * regulation/sentence.h - which members each object of the language may have
 *
 * One table for the loader, which refuses all others, and for the JSON Schema that editors
 * read (tenants/common/rules.schema.json, kept equal by a test).
 */
#ifndef REGULATION_SENTENCE_H
#define REGULATION_SENTENCE_H

enum sentence {
    SENTENCE_RULES,
    SENTENCE_VERSION,
    SENTENCE_AFTER_EXPIRY,
    SENTENCE_PREDECESSOR,
    SENTENCE_SUBJECT,
    SENTENCE_ORGAN,
    SENTENCE_ORGAN_CASE,
    SENTENCE_PARAMETER,
    SENTENCE_PARAMETER_VALUE,
    SENTENCE_FACT,
    SENTENCE_CHOICE,
    SENTENCE_SCOPE,
    SENTENCE_ROUTE,
    SENTENCE_ROAD,
    SENTENCE_PROCEDURE,
    SENTENCE_OPENS,
    SENTENCE_MATERIAL,
    SENTENCE_STEP,
    SENTENCE_ACT,
    SENTENCE_CHECK_ITEM,
    SENTENCE_DOCUMENT,
    SENTENCE_GATE,
    SENTENCE_LIFT,
    SENTENCE_EXCEPTION,
    SENTENCE_DUTY,
    SENTENCE_TRIGGER,
    SENTENCE_LIMIT,
    SENTENCE_WINDOW,
    SENTENCE_BETWEEN,
    SENTENCE_FIXED,
    SENTENCE_DAY,
    SENTENCE_CHANGE,
    SENTENCE_BAND,
    SENTENCE_SUSPENSION,
    SENTENCE_EXPERT_POOL,
    SENTENCE_REVIEW,
    SENTENCE_PANEL,
    SENTENCE_SCORE,
    SENTENCE_PASS,
    SENTENCE_MONEY,
    SENTENCE_MONEY_LIMIT,
    SENTENCE_REGISTERED,
    SENTENCE_STAY,
    SENTENCE_CATALOGUE,
    SENTENCE_CATALOGUE_ROW,
    SENTENCE_FORM,
    SENTENCE_FIELD,
    SENTENCE_COLUMN,
    SENTENCE_SUM,
    SENTENCE_TEST,
    SENTENCE_PRINT,
    SENTENCE_PRINT_ROW,
    SENTENCE_FILING,
    SENTENCE_FILING_MEND,
    SENTENCE_STATEMENT,
    SENTENCE_UNTRANSLATED,
    SENTENCE_READING,
    SENTENCE_OPERAND,
    SENTENCE_YEAR_DAY,
    SENTENCE_VOCABULARY,
    SENTENCE_ENTRY,
    SENTENCE_INTERPRETATION,
    SENTENCE_INTERPRETATION_RULE,
    SENTENCE_FINDINGS,
    SENTENCE_ACCEPTED,
    SENTENCE_COUNT
};

/*
 * members: "name", "name:type", with ! behind it where it must be there, parted by blanks. Types, several parted by |:
 * text (also without a type), id, bool, int, date, list (of anything), any, articles, cond, actor, texts (a list),
 * refs (a text or a list), =a/b/c (one of these words), @sentence, [sentence] (a list), {sentence} (an object of them).
 */
struct sentence_row {
    const char *id, *what, *members;
};
extern const struct sentence_row sentences[SENTENCE_COUNT];

#endif
