// Whether a call and its answer are as the OpenAPI document says.
#include "tests/api/openapi_check.hpp"

#include "gateway/api/openapi.hpp"
#include "gateway/api/router.hpp"

#include <algorithm>

namespace gw::test {

namespace {

using core::Document;

const Document& description() {
    static const Document all = api::openapi(api::Options(), api::all_routes());
    return all;
}

bool is_of(std::string_view type, const Document& value) {
    if (type == "null") return value.is_null();
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_list();
    if (type == "string") return value.is_text();
    if (type == "integer") return value.is_number() && value.as_integer().has_value();
    return !value.is_null() && !value.is_object() && !value.is_list() && !value.is_text();
}

bool has_type(const Document& schema, const Document& value) {
    const Document* type = schema.find("type");
    if (type == nullptr) return true;
    if (type->is_text()) return is_of(type->as_text(), value);
    const auto& types = type->items();
    return std::any_of(types.begin(), types.end(), [&](const Document& one) {
        return is_of(one.as_text(), value);
    });
}

/// What is wrong with `value` at `where`; "" = nothing. `asked`: members for reading only are not
/// sent.
std::string fault_in(
    const Document& schema, const Document& value, const std::string& where, bool asked
);

std::string fault_in_object(
    const Document& schema, const Document& value, const std::string& where, bool asked
) {
    if (const Document* required = schema.find("required"))
        for (const Document& name : required->items())
            if (value.find(name.as_text()) == nullptr)
                return where + "/" + name.as_text() + " is required";
    const Document* properties = schema.find("properties");
    if (properties == nullptr) return "";
    for (const auto& member : value.members()) {
        const auto at = where + "/" + member.name;
        const Document* known = properties->find(member.name);
        if (known == nullptr && asked) return at + " is not described";
        if (known == nullptr) continue;
        if (asked && known->find("readOnly") != nullptr) return at + " is for reading only";
        if (auto fault = fault_in(*known, member.value, at, asked); !fault.empty()) return fault;
    }
    return "";
}

std::string fault_in(
    const Document& schema, const Document& value, const std::string& where, bool asked
) {
    if (const auto name = schema.text_of("$ref"); !name.empty()) {
        const Document* target = description().at(name.substr(1));
        return target == nullptr ? where + ": " + name : fault_in(*target, value, where, asked);
    }
    if (const Document* choices = schema.find("anyOf")) {
        std::string faults;
        for (const Document& choice : choices->items()) {
            auto fault = fault_in(choice, value, where, asked);
            if (fault.empty()) return "";
            faults += (faults.empty() ? "" : " | ") + fault;
        }
        return faults;
    }
    if (!has_type(schema, value)) return where + " is of another type";
    if (const Document* words = schema.find("enum")) {
        const auto& all = words->items();
        if (std::find(all.begin(), all.end(), value) == all.end())
            return where + " is no known word: " + value.as_text();
    }
    if (value.is_object()) return fault_in_object(schema, value, where, asked);
    const Document* items = schema.find("items");
    if (!value.is_list() || items == nullptr) return "";
    std::size_t i = 0;
    for (const Document& item : value.items()) {
        auto fault = fault_in(*items, item, where + "/" + std::to_string(i++), asked);
        if (!fault.empty()) return fault;
    }
    return "";
}

const Document* schema_of(const Document* holder) {
    return holder == nullptr ? nullptr : holder->at("/content/application~1json/schema");
}

}  // namespace

std::string openapi_fault(
    std::string_view method,
    std::string_view path,
    int status,
    const Document& request,
    const Document& answer
) {
    static const api::Router router(api::all_routes());
    const auto found = router.find(method, path);
    if (found.route == nullptr || found.route->door == api::Door::admin) return "";
    const Document* described = description().find("paths")->find(found.route->path);
    std::string verb(found.route->method);
    for (char& c : verb) c = static_cast<char>(c + 32);
    const Document& operation = *described->find(verb);
    // Its answer says what is wrong with the request.
    const bool tells = found.route->id == "validations.dossier";
    if (const Document* wanted = schema_of(operation.find("requestBody"));
        wanted && !request.is_null() && !tells)
        if (auto fault = fault_in(*wanted, request, "request ", true); !fault.empty()) return fault;
    const Document* told = operation.find("responses")->find(std::to_string(status));
    if (told == nullptr) return "status " + std::to_string(status) + " is not described";
    const Document* shape = schema_of(told);
    if (shape == nullptr || answer.is_null()) return "";
    return fault_in(*shape, answer, "answer ", false);
}

}  // namespace gw::test
