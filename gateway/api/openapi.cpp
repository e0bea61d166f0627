// The OpenAPI 3.1 description, made from the route table and the schema tables.
#include "gateway/api/openapi.hpp"

#include "gateway/api/handlers.hpp"
#include "gateway/api/openapi_shapes.hpp"
#include "gateway/api/router.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;
using shapes::or_null;
using shapes::reference;
using shapes::text;
using shapes::typed;

/// `names`: one name, or several of which any fits.
Document any_of(std::string_view names) {
    const auto all = split(names, ',');
    if (all.size() == 1) return reference(all.front());
    auto list = Document::list();
    for (const auto& name : all) list.push(reference(name));
    auto body = Document::object();
    body.set("anyOf", std::move(list));
    return body;
}

Document page_of(std::string_view item) {
    auto items = typed("array");
    items.set("items", reference(item));
    auto cursor = typed("string");
    or_null(cursor);
    auto properties = Document::object();
    properties.set("items", std::move(items));
    properties.set("next_cursor", std::move(cursor));
    auto required = Document::list();
    required.push(text("items"));
    auto body = typed("object");
    body.set("properties", std::move(properties));
    body.set("required", std::move(required));
    return body;
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
    const bool put = route.match == MatchRule::needed && route.more_statuses == "201";
    if (route.match != MatchRule::none)
        list.push(parameter("If-Match", "header", route.match == MatchRule::needed && !put));
    if (put) list.push(parameter("If-None-Match", "header", false));
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

/// A list of requests, bare or as `items`.
Document batch_of(std::string_view request) {
    auto list = typed("array");
    list.set("items", reference(request));
    auto properties = Document::object();
    properties.set("items", list);
    auto object = typed("object");
    object.set("properties", std::move(properties));
    auto choices = Document::list();
    choices.push(std::move(list));
    choices.push(std::move(object));
    auto body = Document::object();
    body.set("anyOf", std::move(choices));
    return body;
}

Document request_of(const Route& route) {
    auto body = Document::object();
    auto schema = route.request.empty() ? typed("object") : any_of(route.request);
    if (route.method == "PATCH" && !route.request.empty())
        schema = reference(std::string(route.request) + "Patch");
    if (route.id == "dossiers.put") schema = reference("DossierPut");
    if (route.id == "progress.add_batch") schema = batch_of("ProgressRequest");
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

Document answer_schema(const Route& route) {
    if (!route.item.empty() && route.answer.empty()) return page_of(route.item);
    auto schema = route.answer.empty() ? typed("object") : any_of(route.answer);
    if (route.item.empty()) return schema;
    auto list = Document::list();  // one, or a list of them
    list.push(std::move(schema));
    list.push(page_of(route.item));
    auto body = Document::object();
    body.set("anyOf", std::move(list));
    return body;
}

Document answers_of(const Route& route) {
    auto bad = Document::object();
    bad.set("description", text("Refused"));
    bad.set("content", content("application/problem+json", reference("Problem")));
    auto body = Document::object();
    auto statuses = split(route.more_statuses, ',');
    statuses.push_back(std::to_string(route.status));
    std::sort(statuses.begin(), statuses.end());
    for (const auto& status : statuses) {
        if (status.empty()) continue;
        auto good = Document::object();
        good.set("description", text("Done"));
        if (status != "204") good.set("content", content("application/json", answer_schema(route)));
        body.set(status, std::move(good));
    }
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
        // Any of them is enough: one entry for each.
        auto words = split(access::to_words(route.scopes), ' ');
        if (words.empty()) words.emplace_back();
        for (const auto& word : words) {
            auto scopes = Document::list();
            if (!word.empty()) scopes.push(text(word));
            auto scheme = Document::object();
            scheme.set("oauth", std::move(scopes));
            security.push(std::move(scheme));
        }
    }
    body.set("security", std::move(security));
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
    auto schemas = all_shapes(routes);
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
