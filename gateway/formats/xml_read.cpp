// XML to core::Document: pugixml builds the tree, namespaces are resolved on top of it.
#include "gateway/formats/xml.hpp"
#include "gateway/formats/xml_scan.hpp"

#include <pugixml.hpp>

#include <optional>
#include <set>
#include <utility>

namespace gw::formats {
namespace {
using core::Document;
constexpr std::string_view xsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

/// Which prefix means which namespace here; inner declarations stand behind outer ones.
class Scopes {
public:
    struct Mark {
        std::size_t size;
    };
    Mark mark() const { return {bound_.size()}; }
    void leave(Mark mark) { bound_.resize(mark.size); }
    void bind(std::string_view prefix, std::string_view uri) { bound_.emplace_back(prefix, uri); }
    /// nullopt: the prefix is not declared.
    std::optional<std::string_view> find(std::string_view prefix) const {
        if (prefix == "xml") return xml_namespace;
        for (auto it = bound_.rbegin(); it != bound_.rend(); ++it)
            if (it->first == prefix) return it->second;
        if (prefix.empty()) return "";
        return std::nullopt;
    }

private:
    std::vector<std::pair<std::string, std::string>> bound_;
};

enum class NameOf { element, attribute };

class Reader {
public:
    bool failed() const { return failed_; }

    Document element(const pugi::xml_node& node, std::string& name) {
        const Scopes::Mark mark = scopes_.mark();
        declare(node);
        name = clark(node.name(), NameOf::element);
        Document value = content(node);
        scopes_.leave(mark);
        return value;
    }

private:
    static bool is_declaration(std::string_view attribute) {
        return attribute == "xmlns" || attribute.starts_with("xmlns:");
    }
    void declare(const pugi::xml_node& node) {
        std::set<std::string_view> seen;
        for (const auto& attribute : node.attributes()) {
            const std::string_view name = attribute.name(), uri = attribute.value();
            if (!is_declaration(name)) continue;
            const std::string_view prefix = name == "xmlns" ? std::string_view() : name.substr(6);
            const bool reserved = prefix == "xml" || prefix == "xmlns" || uri == xml_namespace;
            const bool empty = name != "xmlns" && (prefix.empty() || uri.empty());
            // No URI has a brace, and Clark names are told apart by them.
            const bool braces = uri.find_first_of("{}") != std::string_view::npos;
            if (reserved || empty || braces || !seen.insert(prefix).second) failed_ = true;
            scopes_.bind(prefix, uri);
        }
    }
    std::string clark(std::string_view qualified, NameOf what) {
        const std::size_t colon = qualified.find(':');
        const bool prefixed = colon != std::string_view::npos;
        const std::string_view local = prefixed ? qualified.substr(colon + 1) : qualified;
        if (local.empty() || colon == 0 || local.find(':') != std::string_view::npos)
            failed_ = true;
        if (!prefixed && what == NameOf::attribute) return std::string(local);
        const auto uri = scopes_.find(prefixed ? qualified.substr(0, colon) : std::string_view());
        if (!uri) failed_ = true;
        if (!uri || uri->empty()) return std::string(local);
        return "{" + std::string(*uri) + "}" + std::string(local);
    }

    Document content(const pugi::xml_node& node) {
        Document value = Document::object();
        bool nil = false, other_attributes = false, elements = false;
        for (const auto& attribute : node.attributes()) {
            if (is_declaration(attribute.name())) continue;
            std::string name = "@" + clark(attribute.name(), NameOf::attribute);
            if (value.find(name) != nullptr) failed_ = true;  // the same attribute twice
            const std::string_view text = attribute.value();
            if (name == "@{" + std::string(xsi) + "}nil" && (text == "true" || text == "1"))
                nil = true;
            else
                other_attributes = true;
            value.add(std::move(name), Document::text(std::string(text)));
        }
        std::string text;
        for (const auto& child : node.children()) {
            if (child.type() == pugi::node_element) {
                elements = true;
                flush(value, text);
                std::string name;
                Document inner = element(child, name);
                value.add(std::move(name), std::move(inner));
            } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
                text += child.value();
            }
        }
        if (nil && !elements && !other_attributes && text.empty()) return Document::null();
        if (!nil && !elements && !other_attributes) return Document::text(std::move(text));
        flush(value, text);
        return value;
    }
    static void flush(Document& value, std::string& text) {
        if (!text.empty()) value.add("#text", Document::text(std::move(text)));
        text.clear();
    }

    Scopes scopes_;
    bool failed_ = false;
};

core::Error refused(const char* code, std::size_t offset) {
    return core::give_up(code, "XML refused at byte " + std::to_string(offset));
}
}  // namespace

core::Result<Document> read_xml(std::string_view text, const XmlLimits& limits) {
    if (const auto bad = scan_xml(text, limits); bad.code != nullptr)
        return refused(bad.code, bad.offset);
    pugi::xml_document tree;
    constexpr unsigned flags = pugi::parse_default | pugi::parse_ws_pcdata_single;
    const auto parsed = tree.load_buffer(text.data(), text.size(), flags, pugi::encoding_utf8);
    if (!parsed) return refused("xml.syntax", static_cast<std::size_t>(parsed.offset));
    Reader reader;
    std::string name;
    Document root = reader.element(tree.document_element(), name);
    if (reader.failed()) return refused("xml.namespace", 0);
    Document whole = Document::object();
    whole.add(std::move(name), std::move(root));
    return whole;
}

}  // namespace gw::formats
