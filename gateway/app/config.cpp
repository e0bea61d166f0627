// Reads and checks the configuration; reports every problem with file, line, column and remedy.
#include "gateway/app/config.hpp"

#include "gateway/app/option_path.hpp"
#include "gateway/core/network.hpp"

#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace gw::app {
namespace {
namespace fs = std::filesystem;

struct Place {
    std::string file;
    int line = 0, column = 0;
};

/// Collects values and problems of all files.
class Loader {
public:
    Loader(
        fs::path base,
        const ConnectorOptions& connector_options,
        std::vector<ConfigProblem>& problems
    )
        : base_(std::move(base)), connector_options_(connector_options), problems_(problems) {}

    void read(const std::string& file) {
        toml::table table;
        try {
            table = toml::parse_file(file);
        } catch (const toml::parse_error& e) {
            std::string what(e.description());
            if (what.find("control characters") != std::string::npos)
                what += ". Is a closing quote missing?";
            say({file,
                 static_cast<int>(e.source().begin.line),
                 static_cast<int>(e.source().begin.column)},
                what);
            return;
        }
        walk(file, "", table);
    }

    Config finish(const std::string& file) {
        rows_ = gateway_options();
        add_connector_rows();
        for (const auto& [path, value] : raw_) take(path, value);
        read_secrets();
        check_required(file);
        for (const auto& row : rows_) apply_default(row);
        return std::move(config_);
    }

private:
    struct Raw {
        Place place;
        std::vector<std::string> texts;  // one for scalars
        enum class Form { text, integer, number, boolean, list, other } form = Form::other;
    };

    void say(const Place& place, std::string what) {
        if (problems_.size() < 50)
            problems_.push_back({place.file, place.line, place.column, std::move(what)});
    }

    void walk(const std::string& file, const std::string& prefix, const toml::table& table) {
        for (const auto& [key, node] : table) {
            const std::string path =
                prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
            if (const auto* inner = node.as_table()) {
                sections_.insert(path);
                walk(file, path, *inner);
                continue;
            }
            const Place place{
                file,
                static_cast<int>(key.source().begin.line),
                static_cast<int>(key.source().begin.column)};
            if (const auto there = raw_.find(path); there != raw_.end()) {
                say(place,
                    path + " is set here and in " + there->second.place.file + ". Keep one of them."
                );
                continue;
            }
            raw_[path] = to_raw(place, node);
        }
    }

    static Raw to_raw(const Place& place, const toml::node& node) {
        Raw raw;
        raw.place = place;
        if (const auto* list = node.as_array()) {
            bool all_texts = true;
            for (const auto& item : *list) {
                all_texts = all_texts && item.is_string();
                raw.texts.push_back(item.value_or(std::string()));
            }
            if (all_texts) raw.form = Raw::Form::list;
        } else if (const auto* text = node.as_string()) {
            raw.form = Raw::Form::text;
            raw.texts = {text->get()};
        } else if (const auto* number = node.as_integer()) {
            raw.form = Raw::Form::integer;
            raw.texts = {std::to_string(number->get())};
        } else if (const auto* real = node.as_floating_point()) {
            raw.form = Raw::Form::number;
            raw.texts = {std::to_string(real->get())};
        } else if (const auto* flag = node.as_boolean()) {
            raw.form = Raw::Form::boolean;
            raw.texts = {flag->get() ? "true" : "false"};
        }
        return raw;
    }

    void add_connector_rows() {
        for (const auto& [path, value] : raw_) {
            if (!matches("partner.*.connector", path) || value.texts.empty()) continue;
            const auto rows = connector_options_(value.texts[0]);
            if (!rows) {
                say(value.place,
                    "there is no connector \"" + value.texts[0] +
                        "\". The folders of mappings/ are named like the connectors.");
                continue;
            }
            const auto name = split(path, '.')[1];
            for (auto row : *rows) {
                row.path =
                    "partner." + name + row.path.substr(std::string_view("partner.*").size());
                rows_.push_back(std::move(row));
            }
        }
    }

    const OptionRow* row_of(std::string_view path) const {
        for (const auto& row : rows_)
            if (matches(row.path, path)) return &row;
        return nullptr;
    }

    std::string suggestion(const std::string& path) const {
        const auto dot = path.rfind('.');
        const std::string last = path.substr(dot + 1);
        std::size_t best = 4;
        std::string found;
        for (const auto& row : rows_) {
            const auto row_dot = row.path.rfind('.');
            if (!matches(row.path.substr(0, row_dot), path.substr(0, dot))) continue;
            const std::string candidate = row.path.substr(row_dot + 1);
            if (const auto d = distance(last, candidate); d < best) best = d, found = candidate;
        }
        return found.empty() ? " Remove it; `lienthong config --all` lists the options."
                             : " Did you mean \"" + found + "\"?";
    }

    void take(const std::string& path, const Raw& raw) {
        const auto* row = row_of(path);
        if (row == nullptr) {
            const auto dot = path.rfind('.');
            const std::string section = dot == std::string::npos ? "" : path.substr(0, dot);
            say(raw.place,
                "unknown key \"" + path.substr(dot + 1) + "\" in [" + section + "]." +
                    suggestion(path));
            return;
        }
        auto value = convert(*row, raw);
        if (!value) return;
        config_.places[path] = to_text({raw.place.file, raw.place.line, raw.place.column, ""});
        if (const auto fault = range_fault(*row, *value);
            !fault.empty() && row->type != OptionType::secret)
            say(raw.place, split(path, '.').back() + ": " + fault);
        config_.values[path] = std::move(*value);
        config_.types[path] = row->type;
    }

    std::optional<std::string> convert(const OptionRow& row, const Raw& raw) {
        const std::string key = split(row.path, '.').back();
        auto wrong = [&](const std::string& fix) -> std::optional<std::string> {
            say(raw.place, key + ": wanted a " + std::string(to_word(row.type)) + ". " + fix);
            return std::nullopt;
        };
        using enum OptionType;
        const std::string first = raw.texts.empty() ? "" : raw.texts[0];
        const bool amount = raw.form == Raw::Form::integer || raw.form == Raw::Form::number;
        if (amount && first.find_first_not_of("0123456789.") != std::string::npos)
            return wrong("It must be 0 or more.");
        switch (row.type) {
            case text:
                return raw.form == Raw::Form::text ? std::optional(first)
                                                   : wrong("Put it in quotes.");
            case integer:
                return raw.form == Raw::Form::integer ? std::optional(first)
                                                      : wrong("Write digits without quotes.");
            case number:
                return raw.form == Raw::Form::integer || raw.form == Raw::Form::number
                           ? std::optional(first)
                           : wrong("Write it without quotes.");
            case boolean:
                return raw.form == Raw::Form::boolean
                           ? std::optional(first)
                           : wrong("Write true or false without quotes.");
            case duration: {
                const auto d = parse_duration(first);
                if (raw.form != Raw::Form::text || !d)
                    return wrong("A duration needs a unit: ms, s, min, h or d. Write \"30s\".");
                return std::to_string(d->count());
            }
            case size: {
                const auto n = parse_size(first);
                if (raw.form != Raw::Form::text || !n)
                    return wrong("A size needs a unit: B, KiB, MiB or GiB. Write \"64MiB\".");
                return std::to_string(*n);
            }
            case texts:
            case durations:
            case networks:
                return convert_list(row, raw, wrong);
            case secret:
                if (raw.form != Raw::Form::text || first.rfind("secret:", 0) != 0)
                    return wrong(
                        "Put the value in a file of the secrets folder and write \"secret:NAME\"."
                    );
                secrets_[raw.place.file + ":" + std::to_string(raw.place.line)] = {
                    raw.place, first.substr(7)};
                return first;
        }
        return std::nullopt;
    }

    template <class Wrong>
    std::optional<std::string> convert_list(const OptionRow& row, const Raw& raw, Wrong& wrong) {
        if (raw.form != Raw::Form::list) return wrong("Write [\"a\", \"b\"].");
        std::string joined;
        for (const auto& item : raw.texts) {
            if (!joined.empty()) joined += '\n';
            if (row.type == OptionType::networks && !core::is_network(item))
                return wrong("\"" + item + "\" is none. Write [\"10.20.0.0/16\"].");
            if (row.type != OptionType::durations) {
                joined += item;
                continue;
            }
            const auto d = parse_duration(item);
            if (!d) return wrong("Each needs a unit. Write [\"5s\", \"30s\"].");
            joined += std::to_string(d->count());
        }
        return joined;
    }

    void read_secrets() {
        const auto folder = config_.values.find("secrets.folder");
        for (auto& [path, value] : config_.values) {
            const auto* row = row_of(path);
            if (row == nullptr || row->type != OptionType::secret) continue;
            config_.secret[path] = true;
            const Place& place = raw_[path].place;
            if (folder == config_.values.end()) continue;  // reported as missing
            const fs::path file = base_ / folder->second / value.substr(7);
            struct stat info {};
            if (::stat(file.c_str(), &info) != 0) {
                say(place,
                    "secret \"" + value.substr(7) + "\" is missing. Put its value into " +
                        file.string() + " (mode 0400).");
                continue;
            }
            if ((info.st_mode & 077) != 0) {
                say(place,
                    "secret file " + file.string() + " can be read by others. Type: chmod 0400 " +
                        file.string());
                continue;
            }
            std::ifstream in(file, std::ios::binary);
            std::string content((std::istreambuf_iterator<char>(in)), {});
            if (in.bad() || !in.is_open()) {
                say(place, "secret file " + file.string() + " cannot be read by this user.");
                continue;
            }
            while (!content.empty() && (content.back() == '\n' || content.back() == '\r'))
                content.pop_back();
            if (const auto fault = range_fault(*row, content); !fault.empty())
                say(place, split(path, '.').back() + ": " + file.string() + ": " + fault);
            value = std::move(content);
        }
    }

    void check_required(const std::string& file) {
        for (const auto& row : rows_) {
            if (!row.required) continue;
            const auto dot = row.path.rfind('.');
            const std::string section = row.path.substr(0, dot), key = row.path.substr(dot + 1);
            if (section.find('*') == std::string::npos) {
                const auto there = raw_.find(row.path);
                if (there == raw_.end())
                    say({file, 1, 1},
                        "[" + section + "] lacks \"" + key + "\": " + row.help_en + ".");
                else if (there->second.texts.empty() || there->second.texts[0].empty())
                    say(there->second.place, key + " is empty: " + row.help_en + ".");
                continue;
            }
            for (const auto& there : sections_)
                if (matches(section, there) && !raw_.contains(there + "." + key))
                    say({file, 1, 1},
                        "[" + there + "] lacks \"" + key + "\": " + row.help_en + ".");
        }
    }

    void apply_default(const OptionRow& row) {
        if (row.fallback.empty()) return;
        const auto dot = row.path.rfind('.');
        const std::string section = row.path.substr(0, dot), key = row.path.substr(dot + 1);
        std::string value = row.fallback;
        if (row.type == OptionType::duration)
            value = std::to_string(parse_duration(value).value_or(core::Duration(0)).count());
        if (row.type == OptionType::size) value = std::to_string(parse_size(value).value_or(0));
        if (row.type == OptionType::durations || row.type == OptionType::texts) {
            std::string joined;
            for (const auto& part : split(value, ',')) {
                if (!joined.empty()) joined += '\n';
                joined +=
                    row.type == OptionType::texts
                        ? part
                        : std::to_string(parse_duration(part).value_or(core::Duration(0)).count());
            }
            value = joined;
        }
        const auto put = [&](const std::string& path) {
            config_.values.emplace(path, value);
            config_.types.emplace(path, row.type);
        };
        if (section.find('*') == std::string::npos) return put(row.path);
        for (const auto& there : sections_)
            if (matches(section, there)) put(there + "." + key);
    }

    fs::path base_;
    const ConnectorOptions& connector_options_;
    std::vector<ConfigProblem>& problems_;
    std::vector<OptionRow> rows_;
    std::map<std::string, Raw> raw_;
    std::set<std::string> sections_;
    std::map<std::string, std::pair<Place, std::string>> secrets_;
    Config config_;
};
}  // namespace

std::string to_text(const ConfigProblem& p) {
    return p.file + ":" + std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.what;
}

std::optional<Config> load_config(
    const std::string& file,
    const ConnectorOptions& connector_options,
    std::vector<ConfigProblem>& problems
) {
    const fs::path base = fs::absolute(file).parent_path();
    if (!fs::exists(file)) {
        problems.push_back({file, 1, 1, "the file does not exist. Name another with --config FILE."}
        );
        return std::nullopt;
    }
    Loader loader(base, connector_options, problems);
    loader.read(file);
    std::vector<std::string> more;
    if (fs::is_directory(base / "conf.d"))
        for (const auto& entry : fs::directory_iterator(base / "conf.d"))
            if (entry.path().extension() == ".toml") more.push_back(entry.path().string());
    std::sort(more.begin(), more.end());
    for (const auto& extra : more) loader.read(extra);
    if (!problems.empty())
        return std::nullopt;  // a file that cannot be read says nothing about the rest
    auto config = loader.finish(file);
    if (!problems.empty()) return std::nullopt;
    for (const char* path : {"store.path", "secrets.folder", "mappings.folder", "trust.folder"})
        config.values[path] = (base / config.values[path]).lexically_normal().string();
    if (const auto backups = config.text("backup.folder"); !backups.empty())
        config.values["backup.folder"] = (base / backups).lexically_normal().string();
    if (const auto ready = config.text("server.ready_file"); !ready.empty())
        config.values["server.ready_file"] = (base / ready).string();
    config.values["server.admin_socket"] =
        (fs::path(config.values["store.path"]) / config.values["server.admin_socket"]).string();
    return config;
}

}  // namespace gw::app
