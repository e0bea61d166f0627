// The commands that ask a running gateway, or look at files without one.
#include "gateway/app/commands.hpp"

#include "gateway/api/errors_page.hpp"
#include "gateway/app/admin_client.hpp"
#include "gateway/app/certificates.hpp"
#include "gateway/app/check.hpp"
#include "gateway/app/command_calls.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/option_list.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/store/sqlite/files.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace gw::app {
namespace {
namespace fs = std::filesystem;
using core::Document;

enum class Put { as_it_is, as_restored_store };
void put(const fs::path& from, const fs::path& to, Put how = Put::as_it_is) {
    const std::string copy = to.string() + ".new";
    fs::remove(copy);
    fs::copy_file(from, copy);
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
    if (how == Put::as_restored_store) store::mark_restored(copy);
    if (!store::sqlite::rename_durably(copy, to.string()))
        throw std::runtime_error("cannot write " + to.string());
}
/// What root writes there belongs to whom the folder belongs to: the gateway's user must read it.
void give_to_owner(const fs::path& folder) {
    struct stat owner {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0 || owner.st_uid == 0) return;
    for (const auto& name :
         {"lock", "lienthong.db", "lienthong.db-wal", "lienthong.db-shm", "segments"}) {
        const fs::path at = folder / name;
        if (!fs::exists(at)) continue;
        std::vector<fs::path> written{at};
        if (fs::is_directory(at))
            for (const auto& entry : fs::directory_iterator(at)) written.push_back(entry.path());
        for (const auto& file : written)
            if (::lchown(file.c_str(), owner.st_uid, owner.st_gid) != 0)
                throw std::runtime_error("cannot give " + file.string() + " to the folder's owner");
    }
}
}  // namespace

int check(const CommandOptions& options) {
    const auto config = read_config(options);
    if (!config) return 2;
    auto problems = check_everything(*config);
    const auto now = core::from_ms(static_cast<std::int64_t>(::time(nullptr)) * 1'000);
    const auto certificates = certificate_warnings(certificate_ends(*config), now);
    problems.insert(problems.end(), certificates.over.begin(), certificates.over.end());
    for (const auto& p : problems) std::cerr << p << "\n";
    for (const auto& w : unread_tenants(*config)) std::cerr << "warning: " << w << "\n";
    for (const auto& w : certificates.soon) std::cerr << "warning: " << w << "\n";
    if (!problems.empty()) {
        std::cerr << problems.size() << " problems; nothing was started.\n";
        return 2;
    }
    std::cout << "The configuration is good: " << config->names("partner").size() << " partner(s), "
              << config->names("client").size() << " client(s), store in "
              << config->text("store.path") << "\n";
    return 0;
}

int show_options(const CommandOptions& options) {
    const auto all = all_options();
    std::cout << (options.json ? option_list_json(all) + "\n" : option_list(all));
    return 0;
}

int show_config(const CommandOptions& options) {
    const auto config = read_config(options);
    if (!config) return 2;
    Document all = Document::object();
    for (const auto& [path, kept] : config->values)
        all.set(
            path, Document::text(config->secret.contains(path) ? "***" : config->written(path))
        );
    if (options.json)
        std::cout << formats::write_json(all) << "\n";
    else
        for (const auto& m : all.members())
            std::cout << m.name << " = " << m.value.as_text() << "\n";
    return 0;
}

int status(const CommandOptions& options) {
    return show(options, "GET", "/admin/status");
}
int dossier(const CommandOptions& options, const std::string& code) {
    return show(options, "GET", "/admin/dossiers/" + encode(code));
}
int message(const CommandOptions& options, const std::string& id) {
    return show(options, "GET", "/admin/messages/" + encode(id));
}
int explain(const CommandOptions& options, const std::string& leg) {
    return show(options, "GET", "/admin/legs/" + encode(leg) + "/explain");
}
int show_leg(const CommandOptions& options, const std::string& leg) {
    return show(options, "GET", "/admin/legs/" + encode(leg));
}
int queue(const CommandOptions& options, const std::string& partner, const std::string& state) {
    return show(
        options,
        "GET",
        "/admin/partners/" + encode(partner) + "/queue?limit=500&state=" + encode(state)
    );
}
int act(const CommandOptions& options, const std::string& action, const std::string& leg) {
    return show(options, "POST", "/admin/legs/" + encode(leg) + "/" + action, reason_body(options));
}

int unmatched(const CommandOptions& options, const std::string& state) {
    return show(options, "GET", "/admin/unmatched?limit=500&state=" + encode(state));
}
int close_unmatched(const CommandOptions& options, const std::string& id) {
    return show(options, "POST", "/admin/unmatched/" + encode(id) + "/close", reason_body(options));
}

int backup(const CommandOptions& options, const std::string& file) {
    Document body;
    body.set("path", Document::text(fs::absolute(file).string()));
    return show(options, "POST", "/admin/backup", formats::write_json(body));
}

int restore(const CommandOptions& options, const std::string& file, bool check_only) {
    const auto proven = store::check_backup(file);
    if (!proven) {
        std::cerr << "lienthong: " << proven.error().what << "\n";
        return 1;
    }
    std::cout << "The backup is whole: " << *proven << " messages.\n";
    if (check_only) return 0;
    const auto config = read_config(options);
    if (!config) return 2;
    const fs::path folder = config->text("store.path"), live = folder / "lienthong.db";
    if (ask_admin(config->text("server.admin_socket"), "GET", "/admin/status").reached) {
        std::cerr << "lienthong: the gateway is running. Stop it first.\n";
        return 1;
    }
    if (!store::sqlite::make_folders(folder.string()))
        throw std::runtime_error("cannot make the folder " + folder.string());
    // A gateway that is too busy to answer is still there: its lock is what counts.
    const store::sqlite::FolderLock alone(folder.string());
    if (fs::exists(live)) {
        const fs::path aside = folder / ("before-restore-" + std::to_string(::time(nullptr)));
        fs::create_directory(aside);
        for (const char* name :
             {"lienthong.db", "lienthong.db-wal", "lienthong.db-shm", "segments"})
            if (fs::exists(folder / name)) fs::rename(folder / name, aside / name);
        std::cout << "The former store was put aside in " << aside.string() << "\n";
    }
    // The segments first: a store never stands there without them.
    if (!store::sqlite::make_folders((folder / "segments").string()))
        throw std::runtime_error("cannot make the folder " + (folder / "segments").string());
    for (const std::string& name : store::segments_of_backup(file))
        put(fs::path(file).parent_path() / "segments" / name, folder / "segments" / name);
    put(file, live, Put::as_restored_store);
    give_to_owner(folder);
    std::cout << "Restored. Start the gateway and have the senders repeat what came after the "
                 "backup.\nWhat may be sent only once and was not finished in the backup is "
                 "asked about first; what nobody can be asked about stays unknown.\n";
    return 0;
}

int show_errors() {
    std::cout << api::errors_page();
    return 0;
}

int version(const CommandOptions& options) {
    if (options.json)
        std::cout << R"({"name":"lienthong","version":"0.1.0"})"
                  << "\n";
    else
        std::cout << "lienthong 0.1.0\n";
    return 0;
}

}  // namespace gw::app
