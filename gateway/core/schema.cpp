// Checks a value against a declared shape and writes its normal form.
#include "gateway/core/schema.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/schema_tables.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/time.hpp"

#include <algorithm>

namespace gw::core {
namespace {

constexpr std::size_t findings_max = 50;
constexpr std::size_t items_max = 1'000;
constexpr std::size_t free_bytes_max = 16UL * 1024;
constexpr std::int64_t money_max = 999'999'999'999;
/// How many values a finding lists as allowed, and how much of a wrong value it repeats.
constexpr std::size_t allowed_max = 12, echo_max = 40;

std::string escape(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '~' || c == '/')
            out.append(c == '~' ? "~0" : "~1");
        else
            out.push_back(c);
    }
    return out;
}

std::string label(const Field& field) {
    return std::string(field.label_vi.empty() ? field.name : field.label_vi);
}

std::string_view example(const Field& field) {
    switch (field.type) {
        case FieldType::id:
            return "att_01KE6H0KTR0000000000000002";
        case FieldType::dossier_code:
            return "H37.14-260302-0001";
        case FieldType::timestamp:
            return "2026-01-05T14:30:15+07:00";
        case FieldType::date:
            return "2026-01-05";
        case FieldType::partial_date:
            return "1990-04-12";
        case FieldType::integer:
            return "1";
        case FieldType::boolean:
            return "true";
        case FieldType::sha256:
            return "64 chữ số 0-9, a-f";
        case FieldType::object:
        case FieldType::free_object:
            return "{…}";
        case FieldType::list:
            return "[…]";
        case FieldType::digits:
            return field.length_max == 2 ? "01" : field.length_max == 3 ? "001" : "00001";
        default:
            return "chữ, không có ký tự điều khiển";
    }
}

/// Size of a value as compact JSON, near enough for a limit.
std::size_t json_bytes(const Document& value) {
    std::size_t bytes = value.as_text().size() + 6;
    for (const Document& item : value.items()) bytes += json_bytes(item) + 1;
    for (const Member& m : value.members()) bytes += m.name.size() + 4 + json_bytes(m.value);
    return bytes;
}

bool is_id(std::string_view text) {
    const std::size_t bar = text.find('_');
    if (bar == 0 || bar == std::string_view::npos || text.size() > 40) return false;
    return text.size() > bar + 1 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_';
           });
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Where a value stands; written out as an RFC 6901 pointer only for a finding.
struct Place {
    const Place* above = nullptr;
    std::string_view name = {};
    std::size_t item = 0;  // when there is no name

    Place member(std::string_view of) const { return {this, of, 0}; }
    Place at(std::size_t index) const { return {this, {}, index}; }
    std::string text() const {
        if (above == nullptr) return "";
        const bool is_member = name.data() != nullptr;
        return above->text() + "/" + (is_member ? escape(name) : std::to_string(item));
    }
};

class Checker {
public:
    std::vector<Finding> findings;

    void object(
        const Schema& schema, Document& value, Completeness completeness, const Place& place
    ) {
        std::vector<bool> seen(schema.fields.size());
        for (Member& m : value.members()) {
            const Place at = place.member(m.name);
            const auto field =
                std::find_if(schema.fields.begin(), schema.fields.end(), [&](const Field& f) {
                    return f.name == m.name;
                });
            const auto index = static_cast<std::size_t>(field - schema.fields.begin());
            if (field == schema.fields.end() || field->need == Need::read_only || seen[index]) {
                report(at, "request.unknown_field");
                continue;
            }
            seen[index] = true;
            member(*field, m.value, completeness, at);
        }
        if (completeness == Completeness::patch) return;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const Field& field = schema.fields[i];
            if (!seen[i] && field.need == Need::required)
                report(place.member(field.name), "field.required", {label(field)});
        }
    }

private:
    void report(const Place& at, std::string code, std::vector<std::string> values = {}) {
        if (findings.size() < findings_max)
            findings.emplace_back(at.text(), std::move(code), std::move(values));
    }

    void wrong_format(const Field& field, const Place& at) {
        if (field.type == FieldType::money) return report(at, "fee.amount_invalid");
        if (field.type == FieldType::phone) return report(at, "phone.invalid");
        report(at, "field.format", {label(field), std::string(example(field))});
    }

    void member(const Field& field, Document& value, Completeness completeness, const Place& at) {
        if (value.is_null() && completeness == Completeness::patch) {
            if (field.need == Need::required) report(at, "field.required", {label(field)});
            return;
        }
        switch (field.type) {
            case FieldType::object:
                if (!value.is_object()) return wrong_format(field, at);
                return object(*field.schema, value, completeness, at);
            case FieldType::list:
                return list(field, value, at);
            case FieldType::free_object:
                if (!value.is_object()) return wrong_format(field, at);
                if (json_bytes(value) > free_bytes_max)
                    report(at, "field.too_long", {label(field), std::to_string(free_bytes_max)});
                return;
            case FieldType::boolean:
                if (!value.is_boolean()) wrong_format(field, at);
                return;
            case FieldType::integer:
                return number(field, value, field.min, field.max, at);
            case FieldType::money:
                return number(field, value, 0, money_max, at);
            default:
                return scalar(field, value, at);
        }
    }

    void list(const Field& field, Document& value, const Place& at) {
        if (!value.is_list()) return wrong_format(field, at);
        if (value.size() > items_max)
            return report(at, "field.too_long", {label(field), std::to_string(items_max)});
        std::size_t i = 0;
        for (Document& item : value.items()) {
            const Place item_at = at.at(i++);
            if (field.schema == nullptr) {
                free_text(field, item, item_at, false);
            } else if (item.is_object()) {
                object(*field.schema, item, Completeness::whole, item_at);
            } else {
                report(item_at, "field.format", {label(field), "{…}"});
            }
        }
    }

    void number(
        const Field& field,
        const Document& value,
        std::int64_t min,
        std::int64_t max,
        const Place& at
    ) {
        const auto given = value.as_integer();
        if (!given || *given < min || *given > max) wrong_format(field, at);
    }

    void free_text(const Field& field, Document& value, const Place& at, bool newline) {
        if (!value.is_text()) return wrong_format(field, at);
        auto normal = to_nfc(value.as_text());
        if (!normal || has_control(*normal, newline)) return wrong_format(field, at);
        if (normal->empty() && field.need == Need::required)
            return report(at, "field.required", {label(field)});
        if (field.length_max != 0 && code_points(*normal) > field.length_max)
            return report(at, "field.too_long", {label(field), std::to_string(field.length_max)});
        value = Document::text(std::move(*normal));
    }

    void one_of(const Field& field, const Document& value, const Place& at) {
        const std::string& given = value.as_text();
        if (std::find(field.words.begin(), field.words.end(), given) != field.words.end()) return;
        report(at, "field.not_in_list", {truncate_marked(given, echo_max), label(field)});
        if (findings.back().pointer == at.text() && field.words.size() <= allowed_max)
            findings.back().allowed.assign(field.words.begin(), field.words.end());
    }

    void scalar(const Field& field, Document& value, const Place& at) {
        if (field.type == FieldType::line) return free_text(field, value, at, false);
        if (field.type == FieldType::text) return free_text(field, value, at, true);
        if (!value.is_text()) return wrong_format(field, at);
        if (field.type == FieldType::word) return one_of(field, value, at);
        if (auto normal = normal_form(field, value.as_text()))
            value = Document::text(std::move(*normal));
        else
            wrong_format(field, at);
    }

    static std::optional<std::string> normal_form(const Field& field, const std::string& given) {
        const auto same_if = [&](bool good) {
            return good ? std::optional<std::string>(given) : std::nullopt;
        };
        switch (field.type) {
            case FieldType::id:
                return same_if(is_id(given));
            case FieldType::dossier_code:
                return same_if(parse_dossier_code(given).has_value());
            case FieldType::date:
                return same_if(parse_iso_day(given).has_value());
            case FieldType::partial_date:
                return same_if(parse_partial_date(given).has_value());
            case FieldType::sha256:
                return same_if(is_sha256(given));
            case FieldType::phone:
                return normalise_phone(given);
            case FieldType::digits:
                return same_if(
                    given.size() == field.length_max &&
                    given.find_first_not_of("0123456789") == std::string::npos
                );
            case FieldType::timestamp:
                if (const auto instant = parse_rfc3339(given)) return to_rfc3339(*instant);
                return std::nullopt;
            default:
                return std::nullopt;
        }
    }
};

}  // namespace

const std::vector<const Schema*>& all_schemas() {
    static const std::vector<const Schema*> all = [] {
        std::vector<const Schema*> rows;
        for (const auto part :
             {schema_tables::dossiers(),
              schema_tables::parts(),
              schema_tables::exchanges(),
              schema_tables::delivery_shapes(),
              schema_tables::identity_shapes(),
              schema_tables::payment_shapes(),
              schema_tables::notice_shapes()})
            rows.insert(rows.end(), part.begin(), part.end());
        return rows;
    }();
    return all;
}

const Schema* schema(std::string_view name) {
    for (const Schema* s : all_schemas())
        if (s->name == name) return s;
    return nullptr;
}

std::vector<Finding> check(const Schema& schema, Document& value, Completeness completeness) {
    Checker checker;
    if (value.is_object())
        checker.object(schema, value, completeness, Place());
    else
        checker.findings.emplace_back("", "request.malformed");
    return std::move(checker.findings);
}

}  // namespace gw::core
