// Turning single values.
#include "gateway/mapping/scalars.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::mapping {
namespace {
using core::Document;

Turned good(Document value) {
    return {std::move(value), {}};
}
Turned bad(std::string code, std::string what) {
    return {std::nullopt, {core::Advice::give_up, std::move(code), std::move(what)}};
}
Turned bad_format(std::string wanted) {
    return bad("mapping.format", "must be " + std::move(wanted));
}

Turned unmapped(const NamedCodes& codes, const std::string& code) {
    std::string what = "no row in code list '" + codes.name + "'";
    if (!codes.personal) what += " for '" + core::first_bytes(code, 60) + "'";
    return {std::nullopt, {core::Advice::hold, "code_unmapped", what + "; add one"}};
}

bool is_whole(const std::string& text) {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    return text.size() > sign && text.size() <= 18 + sign &&
           std::all_of(text.begin() + static_cast<std::ptrdiff_t>(sign), text.end(), [](char c) {
               return c >= '0' && c <= '9';
           });
}
bool is_money(const std::string& text) {
    return is_whole(text) && text.front() != '-' && text.size() <= 12;
}

/// JSON knows no leading zeros.
Document number_of(std::string text) {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    while (text.size() > sign + 1 && text[sign] == '0') text.erase(sign, 1);
    if (text == "-0") text = "0";
    return Document::number_text(std::move(text));
}

Turned code_out(const CompiledField& field, std::string code, core::Day day) {
    for (const auto& codes : field.codes) {
        const CodeRow* row = codes->list.find_value(code, day);
        if (row == nullptr || row->code.empty()) return unmapped(*codes, code);
        code = row->code;
    }
    return good(Document::text(std::move(code)));
}
Turned code_in(const CompiledField& field, std::string code, core::Day day) {
    for (auto it = field.codes.rbegin(); it != field.codes.rend(); ++it) {
        const CodeRow* row = (*it)->list.find(code, day);
        if (row == nullptr || row->value.empty()) return unmapped(**it, code);
        code = row->value;
    }
    return good(Document::text(std::move(code)));
}

/// The wire text of a canonical value.
Turned text_out(const CompiledField& field, const Document& value, core::Day day) {
    const std::string& text = value.as_text();
    const bool scalar = !value.is_object() && !value.is_list();
    if (field.kind == FieldKind::json_text) return good(Document::text(formats::write_json(value)));
    if (!scalar) return bad_format("a single value");
    std::optional<std::string> written;
    switch (field.kind) {
        case FieldKind::code:
            return code_out(field, text, day);
        case FieldKind::boolean:
            if (text != "true" && text != "false") return bad_format("true or false");
            return good(Document::text(text == "true" ? field.yes : field.no));
        case FieldKind::integer:
            return is_whole(text) ? good(Document::text(text)) : bad_format("a whole number");
        case FieldKind::money:
            return is_money(text) ? good(Document::text(text))
                                  : bad_format("whole dong, not negative");
        case FieldKind::percent:
            if (!is_money(text) || text.size() > 3 || std::stoi(text) > 100)
                return bad_format("0 to 100");
            return good(Document::text(text + "%"));
        case FieldKind::timestamp:
            written = write_timestamp(field.forms.front(), text);
            return written ? good(Document::text(*written)) : bad_format("a time with offset");
        case FieldKind::date:
            for (const TimeForm& form : field.forms) {
                written = write_date(form, text);
                if (written) return good(Document::text(*written));
            }
            return bad_format("a date as exact as the partner's form; nothing is added to it");
        case FieldKind::phone:
            return good(Document::text(core::local_phone(text)));
        default:
            return good(Document::text(text));
    }
}

Turned text_in(const CompiledField& field, const std::string& text, core::Day day) {
    std::optional<std::string> read;
    switch (field.kind) {
        case FieldKind::code:
            return code_in(field, text, day);
        case FieldKind::boolean:
            if (text != field.yes && text != field.no)
                return bad_format(field.yes + " or " + field.no);
            return good(Document::boolean(text == field.yes));
        case FieldKind::integer:
            return is_whole(text) ? good(number_of(text)) : bad_format("a whole number");
        case FieldKind::money:
            return is_money(text) ? good(number_of(text)) : bad_format("whole dong");
        case FieldKind::percent: {
            const std::string digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : "";
            if (!is_money(digits) || digits.size() > 3 || std::stoi(digits) > 100)
                return bad_format("0% to 100%");
            return good(number_of(digits));
        }
        case FieldKind::timestamp:
            read = read_timestamp(field.forms.front(), text);
            return read ? good(Document::text(*read)) : bad_format("a time in the declared form");
        case FieldKind::date:
            for (const TimeForm& form : field.forms) {
                read = read_date(form, text);
                if (read) return good(Document::text(*read));
            }
            return bad_format("a date in the declared form");
        case FieldKind::phone:
            read = core::normalise_phone(text);
            return read ? good(Document::text(*read)) : bad_format("a phone number");
        case FieldKind::json_text: {
            auto parsed = formats::read_json(text);
            return parsed ? good(std::move(*parsed)) : bad_format("JSON text");
        }
        default:
            return good(Document::text(text));
    }
}
}  // namespace

Turned to_wire(const CompiledField& field, const Document& value, core::Day day) {
    Turned turned = text_out(field, value, day);
    if (!turned.value) return turned;
    std::string text = turned.value->as_text();
    if (core::has_control(text, true))
        return bad("mapping.format", "has a control character; take it out");
    if (field.length_max > 0 && core::code_points(text) > field.length_max) {
        if (!field.truncate_marked)
            return bad(
                "mapping.too_long",
                "is longer than " + std::to_string(field.length_max) +
                    " characters; shorten it, nothing is cut"
            );
        text = core::truncate_marked(text, field.length_max);
    }
    if (field.form == JsonForm::number && !text.empty()) return good(number_of(std::move(text)));
    if (field.form == JsonForm::boolean && !text.empty())
        return good(Document::boolean(text == field.yes));
    return good(Document::text(std::move(text)));
}

Turned to_canonical(const CompiledField& field, const Document& value, core::Day day) {
    if (value.is_object() || value.is_list()) {
        // An element with attributes: its own text is what the field means.
        const Document* text = value.find("#text");
        if (text == nullptr) return bad_format("a single value");
        return to_canonical(field, *text, day);
    }
    if (value.is_boolean() && field.kind == FieldKind::boolean) return good(value);
    const auto text = core::to_nfc(value.as_text());
    if (!text) return bad_format("valid UTF-8");
    return text_in(field, *text, day);
}

}  // namespace gw::mapping
