// Writes the option tables.
#include "gateway/app/option_list.hpp"

#include "connectors/all.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/core/document.hpp"
#include "gateway/formats/json.hpp"

namespace gw::app {

using core::Document;

std::vector<OptionBlock> all_options() {
    std::vector<OptionBlock> blocks{{"", gateway_options()}};
    for (const auto& connector : connectors::all()) {
        const std::string name(connector.name);
        blocks.push_back({name, connector_options(name).value_or(std::vector<OptionRow>())});
    }
    return blocks;
}

std::string option_list(const std::vector<OptionBlock>& blocks) {
    std::string out;
    for (const auto& block : blocks) {
        if (!block.heading.empty())
            out += "\n# [partner.*] with connector = \"" + block.heading + "\"\n";
        for (const auto& row : block.rows) {
            out += row.path;
            if (row.required)
                out += " (required)";
            else if (!row.fallback.empty())
                out += " = " + row.fallback;
            out += "\n    " + std::string(to_word(row.type)) + "; " + row.help_en + "\n";
        }
    }
    return out;
}

std::string option_list_json(const std::vector<OptionBlock>& blocks) {
    auto list = Document::list();
    for (const auto& block : blocks)
        for (const auto& row : block.rows) {
            auto one = Document::object();
            one.set("path", Document::text(row.path));
            if (!block.heading.empty()) one.set("connector", Document::text(block.heading));
            one.set("type", Document::text(std::string(to_word(row.type))));
            one.set("required", Document::boolean(row.required));
            if (!row.fallback.empty()) one.set("default", Document::text(row.fallback));
            one.set("help_en", Document::text(row.help_en));
            one.set("help_vi", Document::text(row.help_vi));
            list.push(std::move(one));
        }
    return formats::write_json(list);
}

}  // namespace gw::app
