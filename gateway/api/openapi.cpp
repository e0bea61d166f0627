// The OpenAPI 3.1 description, made from the route table and the schema tables.
#include "gateway/api/openapi.hpp"

#include "gateway/api/handlers.hpp"
#include "gateway/api/router.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using core::FieldType;

Document text(std::string_view value) {
    return Document::text(std::string(value));
}

Document typed(std::string_view type, std::string_view format = {}) {
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

Document parameter(std::string_view name, std::string_view in, bool required) {
    auto body = Document::object();
    body.set("name", text(name));
    body.set("in", text(in));
    body.set("required", Document::boolean(required));
    body.set("schema", typed("string"));
    return body;
}

Document parameters_of(const Route& route) {
    auto list = Document::list();
    for (const auto part : path_parts(route.path))
        if (part.starts_with('{'))
            list.push(parameter(part.substr(1, part.size() - 2), "path", true));
    for (const auto& name : split(route.query, ',')) list.push(parameter(name, "query", false));
    if (route.key != KeyRule::none) list.push(parameter("Idempotency-Key", "header", true));
    if (route.match != MatchRule::none)
        list.push(parameter("If-Match", "header", route.match == MatchRule::needed));
    if (route.door == Door::token) list.push(parameter("LT-Actor", "header", route.person));
    if (route.id == "attachments.create") list.push(parameter("Content-Digest", "header", true));
    if (route.id == "uploads.append") list.push(parameter("Upload-Offset", "header", true));
    return list;
}

Document content(std::string_view media_type, Document schema) {
    auto type = Document::object();
    type.set("schema", std::move(schema));
    auto body = Document::object();
    body.set(std::string(media_type), std::move(type));
    return body;
}

Document request_of(const Route& route) {
    auto body = Document::object();
    const auto schema = route.request.empty() ? typed("object") : reference(route.request);
    std::string_view media = "application/json";
    if (route.body == BodyRule::form) media = "application/x-www-form-urlencoded";
    if (route.body == BodyRule::stream) media = "application/octet-stream";
    body.set("required", Document::boolean(route.body != BodyRule::json_or_none));
    body.set(
        "content",
        route.body == BodyRule::stream ? content(media, typed("string", "binary"))
                                       : content(media, schema)
    );
    return body;
}

Document answers_of(const Route& route) {
    auto good = Document::object();
    good.set("description", text("Done"));
    if (route.status != 204)
        good.set(
            "content",
            content(
                "application/json", route.answer.empty() ? typed("object") : reference(route.answer)
            )
        );
    auto bad = Document::object();
    bad.set("description", text("Refused"));
    bad.set("content", content("application/problem+json", reference("Problem")));
    auto body = Document::object();
    body.set(std::to_string(route.status), std::move(good));
    body.set("default", std::move(bad));
    return body;
}

Document operation_of(const Route& route) {
    auto body = Document::object();
    body.set("operationId", text(route.id));
    body.set("summary", text(route.summary));
    auto parameters = parameters_of(route);
    if (parameters.size() > 0) body.set("parameters", std::move(parameters));
    if (route.body != BodyRule::none) body.set("requestBody", request_of(route));
    body.set("responses", answers_of(route));
    auto security = Document::list();
    if (route.door != Door::open) {
        auto scopes = Document::list();
        for (const auto& word : split(access::to_words(route.scopes), ' ')) scopes.push(text(word));
        auto scheme = Document::object();
        scheme.set("oauth", std::move(scopes));
        security.push(std::move(scheme));
    }
    body.set("security", std::move(security));
    return body;
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

Document security_scheme(const Options& options) {
    auto scopes = Document::object();
    for (const auto& word : split(access::to_words(access::scope::all), ' '))
        scopes.set(word, text(""));
    auto flow = Document::object();
    flow.set("tokenUrl", text(options.base_url + "/oauth2/token"));
    flow.set("scopes", std::move(scopes));
    auto flows = Document::object();
    flows.set("clientCredentials", std::move(flow));
    auto scheme = Document::object();
    scheme.set("type", text("oauth2"));
    scheme.set("flows", std::move(flows));
    auto all = Document::object();
    all.set("oauth", std::move(scheme));
    return all;
}

}  // namespace

Document schema_json(const core::Schema& schema) {
    auto properties = Document::object();
    auto required = Document::list();
    for (const auto& field : schema.fields) {
        auto body = field_type(field);
        if (!field.label_vi.empty()) body.set("title", text(field.label_vi));
        if (field.need == core::Need::read_only) body.set("readOnly", Document::boolean(true));
        if (field.need == core::Need::required) required.push(text(field.name));
        properties.set(std::string(field.name), std::move(body));
    }
    auto body = typed("object");
    body.set("properties", std::move(properties));
    if (required.size() > 0) body.set("required", std::move(required));
    return body;
}

Document openapi(const Options& options, std::span<const Route> routes) {
    auto info = Document::object();
    info.set("title", text("Liên Thông: one-stop API"));
    info.set("version", text("v1 (" + options.version + ")"));
    auto paths = Document::object();
    for (const auto& route : routes) {
        if (route.door == Door::admin) continue;
        const std::string path(route.path);
        if (paths.find(path) == nullptr) paths.set(path, Document::object());
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c + 32);
        paths.find(path)->set(std::move(method), operation_of(route));
    }
    auto schemas = Document::object();
    for (const auto* schema : core::all_schemas())
        schemas.set(std::string(schema->name), schema_json(*schema));
    schemas.set("Problem", problem_schema());
    schemas.set("Job", job_schema());
    auto components = Document::object();
    components.set("schemas", std::move(schemas));
    components.set("securitySchemes", security_scheme(options));
    auto server = Document::object();
    server.set("url", text(options.base_url));
    auto servers = Document::list();
    servers.push(std::move(server));
    auto body = Document::object();
    body.set("openapi", text("3.1.0"));
    body.set("info", std::move(info));
    body.set("servers", std::move(servers));
    body.set("paths", std::move(paths));
    body.set("components", std::move(components));
    return body;
}

asio::awaitable<Reply> show_openapi(Context& context, Call&) {
    co_return Reply(200, formats::write_json(openapi(context.options(), all_routes())));
}

}  // namespace gw::api
