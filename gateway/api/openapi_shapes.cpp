// The shapes of the OpenAPI description.
#include "gateway/api/openapi_shapes.hpp"

namespace gw::api {

using core::Document;
using core::FieldType;

namespace shapes {

Document text(std::string_view value) {
    return Document::text(std::string(value));
}

Document typed(std::string_view type, std::string_view format) {
    auto body = Document::object();
    body.set("type", text(type));
    if (!format.empty()) body.set("format", text(format));
    return body;
}

Document reference(std::string_view name) {
    auto body = Document::object();
    body.set("$ref", text("#/components/schemas/" + std::string(name)));
    return body;
}

void or_null(Document& schema) {
    const auto type = schema.text_of("type");
    if (type.empty() || type == "array" || schema.find("enum") != nullptr) return;
    auto types = Document::list();
    types.push(text(type));
    types.push(text("null"));
    schema.set("type", std::move(types));
}

}  // namespace shapes

namespace {

using namespace shapes;

Document patterned(std::string_view pattern) {
    auto body = typed("string");
    body.set("pattern", text(pattern));
    return body;
}

Document limited(std::size_t length_max) {
    auto body = typed("string");
    if (length_max > 0)
        body.set("maxLength", Document::number(static_cast<std::int64_t>(length_max)));
    return body;
}

Document whole_number(std::int64_t min, std::int64_t max) {
    auto body = typed("integer");
    body.set("minimum", Document::number(min));
    body.set("maximum", Document::number(max));
    return body;
}

Document word_json(const core::Field& field) {
    auto body = typed("string");
    auto words = Document::list();
    for (const auto word : field.words) words.push(text(word));
    body.set("enum", std::move(words));
    return body;
}

Document field_type(const core::Field& field) {
    constexpr std::int64_t money_max = 999'999'999'999;
    switch (field.type) {
        case FieldType::timestamp:
            return typed("string", "date-time");
        case FieldType::date:
            return typed("string", "date");
        case FieldType::partial_date:
            return patterned("^\\d{4}(-\\d{2}(-\\d{2})?)?$");
        case FieldType::money:
            return whole_number(0, money_max);
        case FieldType::integer:
            return whole_number(field.min, field.max);
        case FieldType::boolean:
            return typed("boolean");
        case FieldType::sha256:
            return patterned("^[0-9a-f]{64}$");
        case FieldType::word:
            return word_json(field);
        case FieldType::object:
            return reference(field.schema->name);
        case FieldType::list: {
            auto body = typed("array");
            body.set(
                "items",
                field.schema != nullptr ? reference(field.schema->name) : limited(field.length_max)
            );
            return body;
        }
        case FieldType::free_object:
            return typed("object");
        default:
            return limited(field.length_max);
    }
}

Document problem_schema() {
    auto properties = Document::object();
    for (const auto name :
         {"type", "title", "code", "detail", "message_vi", "outcome", "request_id", "partner"})
        properties.set(name, typed("string"));
    properties.set("status", typed("integer"));
    properties.set("retryable", typed("boolean"));
    auto errors = typed("array");
    errors.set("items", typed("object"));
    properties.set("errors", std::move(errors));
    auto body = typed("object");
    body.set("properties", std::move(properties));
    return body;
}

Document job_schema() {
    auto properties = Document::object();
    for (const auto name : {"id", "kind", "state", "created_at", "requested_by", "reason_vi"})
        properties.set(name, typed("string"));
    for (const auto name : {"total", "done", "failed"}) properties.set(name, typed("integer"));
    auto body = typed("object");
    body.set("properties", std::move(properties));
    return body;
}

/// A list shows some members only.
Document dossier_digest_schema() {
    auto body = schema_json(*core::schema("Dossier"));
    body.remove("required");
    return body;
}

/// The code of a dossier that is replaced stands in its address.
Document dossier_put_schema() {
    auto body = schema_json(*core::schema("Dossier"));
    auto required = Document::list();
    for (const auto& name : body.find("required")->items())
        if (name.as_text() != "code") required.push(name);
    body.set("required", std::move(required));
    return body;
}

/// A merge patch of this shape (RFC 7396): nothing is required, null clears, and members of the
/// gateway and the status cannot be named. Objects inside are patched too; lists are replaced.
Document patch_json(const core::Schema& schema) {
    auto properties = Document::object();
    for (const auto& field : schema.fields) {
        const bool switchable = schema.name == "WebhookEndpoint" && field.name == "state";
        const bool status = schema.name == "Dossier" && field.name == "status";
        if ((field.need == core::Need::read_only && !switchable) || status) continue;
        auto choices = Document::list();
        choices.push(
            field.type == FieldType::object && field.schema != nullptr
                ? reference(std::string(field.schema->name) + "Patch")
                : field_type(field)
        );
        choices.push(typed("null"));
        auto body = Document::object();
        body.set("anyOf", std::move(choices));
        if (!field.label_vi.empty()) body.set("title", text(field.label_vi));
        properties.set(std::string(field.name), std::move(body));
    }
    auto body = typed("object");
    body.set("properties", std::move(properties));
    return body;
}

/// The patch of `schema` and of every object in it.
void add_patches(const core::Schema& schema, Document& schemas) {
    const auto name = std::string(schema.name) + "Patch";
    if (schemas.find(name) != nullptr) return;
    schemas.set(name, patch_json(schema));
    for (const auto& field : schema.fields)
        if (field.type == FieldType::object && field.schema != nullptr &&
            field.need != core::Need::read_only)
            add_patches(*field.schema, schemas);
}

}  // namespace

Document schema_json(const core::Schema& schema) {
    auto properties = Document::object();
    auto required = Document::list();
    for (const auto& field : schema.fields) {
        auto body = field_type(field);
        if (!field.label_vi.empty()) body.set("title", text(field.label_vi));
        if (field.need == core::Need::read_only) {
            body.set("readOnly", Document::boolean(true));
            or_null(body);  // what the gateway does not know yet
        }
        if (field.need == core::Need::required) required.push(text(field.name));
        properties.set(std::string(field.name), std::move(body));
    }
    auto body = typed("object");
    body.set("properties", std::move(properties));
    if (required.size() > 0) body.set("required", std::move(required));
    return body;
}

Document all_shapes(std::span<const Route> routes) {
    auto schemas = Document::object();
    for (const auto* schema : core::all_schemas())
        schemas.set(std::string(schema->name), schema_json(*schema));
    schemas.set("Problem", problem_schema());
    schemas.set("Job", job_schema());
    schemas.set("DossierDigest", dossier_digest_schema());
    schemas.set("DossierPut", dossier_put_schema());
    for (const auto& route : routes)
        if (route.method == "PATCH" && !route.request.empty())
            add_patches(*core::schema(route.request), schemas);
    return schemas;
}

}  // namespace gw::api
