// core::Document to XML: prefixes are given out first, then the tree is written in its order.
#include "gateway/formats/xml.hpp"

#include <algorithm>
#include <map>

namespace gw::formats {
namespace {
using core::Document;
constexpr std::string_view xsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

struct Name {
    std::string_view uri, local;
    bool attribute = false;
};
Name split(std::string_view clark) {
    Name name;
    name.attribute = clark.starts_with('@');
    if (name.attribute) clark.remove_prefix(1);
    if (clark.starts_with('{')) {
        const std::size_t end = clark.find('}');
        if (end != std::string_view::npos) {
            name.uri = clark.substr(1, end - 1);
            clark.remove_prefix(end + 1);
        }
    }
    name.local = clark;
    return name;
}

/// What the tree needs of prefixes.
struct Needs {
    std::vector<std::string> uris, attribute_uris;  // in the order they appear
    bool plain_elements = false;

    void collect(const Document& value) {
        if (value.is_null()) {
            note(uris, xsi);
            note(attribute_uris, xsi);
        }
        for (const auto& item : value.items()) collect(item);
        for (const auto& member : value.members()) {
            if (member.name == "#text") continue;
            const Name name = split(member.name);
            if (name.uri.empty() && !name.attribute) plain_elements = true;
            if (!name.uri.empty() && name.uri != xml_namespace) {
                note(uris, name.uri);
                if (name.attribute) note(attribute_uris, name.uri);
            }
            if (!name.attribute) collect(member.value);
        }
    }
    static void note(std::vector<std::string>& list, std::string_view uri) {
        if (std::find(list.begin(), list.end(), uri) == list.end()) list.emplace_back(uri);
    }
};

class Writer {
public:
    Writer(const Document& whole, const XmlStyle& style) {
        Needs needs;
        needs.collect(whole);
        for (const auto& [uri, prefix] : style.prefixes) {
            // A default namespace would swallow elements that have none.
            if (prefix.empty() && needs.plain_elements) continue;
            declare(prefix, uri);
        }
        for (const auto& uri : needs.uris)
            if (element_prefix_.count(uri) == 0) declare(fresh(uri), uri);
        for (const auto& uri : needs.attribute_uris)
            if (attribute_prefix_.count(uri) == 0) declare(fresh(uri), uri);
    }

    void element(std::string& out, std::string_view clark, const Document& value, bool root) {
        if (value.is_list()) {
            for (const auto& item : value.items()) element(out, clark, item, root);
            return;
        }
        const std::string tag = qualified(split(clark), element_prefix_);
        out += '<' + tag;
        if (root)
            for (const auto& [prefix, uri] : declared_) {
                out += prefix.empty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"";
                escape(out, uri, true);
                out += '"';
            }
        if (value.is_null()) out += ' ' + attribute_prefix_.at(std::string(xsi)) + ":nil=\"true\"";
        for (const auto& member : value.members()) attribute(out, member);
        const std::size_t opened = out.size();
        out += '>';
        if (!value.is_object()) escape(out, value.as_text(), false);
        for (const auto& member : value.members()) {
            if (member.name == "#text")
                escape(out, member.value.as_text(), false);
            else if (!member.name.starts_with('@'))
                element(out, member.name, member.value, false);
        }
        if (out.size() == opened + 1)
            out.replace(opened, 1, "/>");
        else
            out += "</" + tag + '>';
    }

private:
    void declare(const std::string& prefix, const std::string& uri) {
        declared_.emplace_back(prefix, uri);
        element_prefix_.emplace(uri, prefix);
        if (!prefix.empty()) attribute_prefix_.emplace(uri, prefix);
    }
    std::string fresh(const std::string& uri) {
        if (uri == xsi && !is_taken("xsi")) return "xsi";
        std::string prefix;
        do prefix = "ns" + std::to_string(++number_);
        while (is_taken(prefix));
        return prefix;
    }
    bool is_taken(const std::string& prefix) const {
        return std::any_of(declared_.begin(), declared_.end(), [&](const auto& d) {
            return d.first == prefix;
        });
    }
    using Prefixes = std::map<std::string, std::string, std::less<>>;
    static std::string qualified(const Name& name, const Prefixes& prefixes) {
        if (name.uri == xml_namespace) return "xml:" + std::string(name.local);
        const auto found = prefixes.find(name.uri);
        if (name.uri.empty() || found == prefixes.end() || found->second.empty())
            return std::string(name.local);
        return found->second + ':' + std::string(name.local);
    }
    void attribute(std::string& out, const core::Member& member) const {
        if (!member.name.starts_with('@')) return;
        out += ' ' + qualified(split(member.name), attribute_prefix_) + "=\"";
        escape(out, member.value.as_text(), true);
        out += '"';
    }
    static void escape(std::string& out, std::string_view text, bool in_attribute) {
        for (const char c : text) {
            if (c == '&')
                out += "&amp;";
            else if (c == '<')
                out += "&lt;";
            else if (c == '>')
                out += "&gt;";
            else if (c == '\r')
                out += "&#13;";
            else if (in_attribute && c == '"')
                out += "&quot;";
            else if (in_attribute && (c == '\n' || c == '\t'))
                out += c == '\n' ? "&#10;" : "&#9;";
            else if (static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t')
                out += "\xEF\xBF\xBD";  // XML cannot carry it; the mapping refuses it before it
                                        // comes here
            else
                out += c;
        }
    }

    std::vector<std::pair<std::string, std::string>> declared_;
    Prefixes element_prefix_, attribute_prefix_;
    int number_ = 0;
};
}  // namespace

std::string write_xml(const Document& value, const XmlStyle& style) {
    std::string out;
    if (style.declaration) out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    Writer writer(value, style);
    for (const auto& root : value.members()) writer.element(out, root.name, root.value, true);
    return out;
}

}  // namespace gw::formats
