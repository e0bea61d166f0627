// Asks a running gateway and prints what it says.
#include "gateway/app/command_calls.hpp"

#include "gateway/app/admin_client.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/formats/json.hpp"

#include <cstdlib>
#include <iostream>

namespace gw::app {

using core::Document;

std::optional<Config> read_config(const CommandOptions& options) {
    std::vector<ConfigProblem> problems;
    auto config = load_config(options.config, connector_options, problems);
    for (const auto& p : problems) std::cerr << to_text(p) << "\n";
    return config;
}

std::string encode(const std::string& text) {
    static const char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isalnum(u) || c == '-' || c == '.' || c == '_' || c == '~')
            out += c;
        else
            out += {'%', hex[u >> 4], hex[u & 15]};
    }
    return out;
}

namespace {

/// Prints every scalar of a JSON answer as "name  value" lines and lists as blocks.
void print(const Document& value, const std::string& indent = "") {
    for (const auto& m : value.members()) {
        if (m.value.is_object()) {
            std::cout << indent << m.name << ":\n";
            print(m.value, indent + "  ");
        } else if (m.value.is_list()) {
            std::cout << indent << m.name << " (" << m.value.size() << "):\n";
            for (const auto& item : m.value.items()) {
                if (item.is_object()) {
                    print(item, indent + "    ");
                    std::cout << indent << "    --\n";
                } else {
                    std::cout << indent << "    " << item.as_text() << "\n";
                }
            }
        } else if (!m.value.is_null() && !m.value.as_text().empty()) {
            std::cout << indent << m.name
                      << std::string(m.name.size() < 22 ? 22 - m.name.size() : 1, ' ')
                      << m.value.as_text() << "\n";
        }
    }
}

}  // namespace

std::string faults_of(const Document& problem) {
    std::string lines;
    const Document* errors = problem.find("errors");
    if (errors == nullptr) return lines;
    for (const Document& fault : errors->items())
        lines += "  " + fault.text_of("pointer") + ": " + fault.text_of("message_vi") + " (" +
                 fault.text_of("code") + ")\n";
    return lines;
}

std::optional<Document> ask(
    const CommandOptions& options,
    const std::string& method,
    const std::string& path,
    const std::string& body,
    int* exit_code,
    std::string* raw
) {
    *exit_code = 2;
    const auto config = read_config(options);
    if (!config) return std::nullopt;
    const auto socket = config->text("server.admin_socket");
    const auto answer = ask_admin(socket, method, path, body);
    *exit_code = 1;
    if (!answer.reached) {
        std::cerr << "lienthong: no gateway answers at " << socket << " (" << answer.why
                  << "). Is it running? Start it with: lienthong serve --config " << options.config
                  << "\n";
        return std::nullopt;
    }
    formats::JsonLimits limits;
    limits.bytes_max = 64 << 20;
    limits.items_max = 1'000'000;
    auto parsed = formats::read_json(answer.body, limits);
    if (answer.status >= 400) {
        const std::string why = parsed ? parsed->text_of("message_vi") + " (" +
                                             parsed->text_of("code") + ": " +
                                             parsed->text_of("detail") + ")"
                                       : answer.body;
        std::cerr << "lienthong: " << why << "\n" << (parsed ? faults_of(*parsed) : "");
        *exit_code = answer.status == 404 ? 4 : 1;
        return std::nullopt;
    }
    *exit_code = 0;
    *raw = answer.body;
    return parsed ? std::move(*parsed) : Document();
}

int show(
    const CommandOptions& options,
    const std::string& method,
    const std::string& path,
    const std::string& body
) {
    int exit_code = 0;
    std::string raw;
    const auto answer = ask(options, method, path, body, &exit_code, &raw);
    if (!answer) return exit_code;
    if (options.json || !answer->is_object())
        std::cout << raw << "\n";
    else
        print(*answer);
    return 0;
}

std::string actor(const CommandOptions& options) {
    if (!options.actor.empty()) return options.actor;
    const char* user = std::getenv("USER");
    return std::string("system:") + (user != nullptr ? user : "operator");
}
std::string reason_body(const CommandOptions& options) {
    Document body;
    body.set("reason_vi", Document::text(options.reason));
    body.set("actor", Document::text(actor(options)));
    return formats::write_json(body);
}
}  // namespace gw::app
