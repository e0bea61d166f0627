// The disk in memory and the crashes of its log.
#include "tests/crash/disk.hpp"

#include <algorithm>

namespace gw::test {
namespace {

constexpr std::size_t sector = 512;

void put(std::string& content, std::size_t at, std::string_view bytes) {
    if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
    content.replace(at, bytes.size(), bytes);
}

/// Of a write only some sectors reach the disk.
void apply_torn(Image& image, const DiskOp& op, std::mt19937_64& random) {
    std::string& content = image[op.path];
    const auto begin = static_cast<std::size_t>(op.at);
    const std::size_t end = begin + op.bytes.size();
    const bool in_order = random() % 2 == 0;
    const std::size_t stop = begin + random() % (op.bytes.size() + 1) / sector * sector;
    for (std::size_t from = begin; from < end;) {
        const std::size_t to = std::min(end, (from / sector + 1) * sector);
        if (in_order ? to <= stop : random() % 2 == 0)
            put(content, from, std::string_view(op.bytes).substr(from - begin, to - from));
        from = to;
    }
}

}  // namespace

void Disk::lay(const Image& image) {
    for (const auto& [path, content] : image) make(path)->content = content;
}

Disk::File* Disk::find(const std::string& path) {
    const auto it = names_.find(path);
    return it == names_.end() ? nullptr : it->second;
}

Disk::File* Disk::make(const std::string& path) {
    files_.push_back(std::make_unique<File>());
    files_.back()->path = path;
    names_[path] = files_.back().get();
    return files_.back().get();
}

void Disk::write(File& file, std::int64_t at, std::string_view bytes) {
    put(file.content, static_cast<std::size_t>(at), bytes);
    if (file.removed) return;
    DiskOp& op = log_.emplace_back();
    op.kind = DiskOp::Kind::write;
    op.path = file.path;
    op.at = at;
    op.bytes = bytes;
}

void Disk::truncate(File& file, std::int64_t size) {
    file.content.resize(static_cast<std::size_t>(size));
    if (file.removed) return;
    DiskOp& op = log_.emplace_back();
    op.kind = DiskOp::Kind::truncate;
    op.path = file.path;
    op.at = size;
}

void Disk::sync(const File& file) {
    if (file.removed) return;
    DiskOp& op = log_.emplace_back();
    op.kind = DiskOp::Kind::sync;
    op.path = file.path;
}

void Disk::remove(const std::string& path) {
    if (File* file = find(path)) file->removed = true;
    names_.erase(path);
    DiskOp& op = log_.emplace_back();
    op.kind = DiskOp::Kind::remove;
    op.path = path;
}

bool Disk::trips(DiskFault::Call call) {
    if (call != fault_.call) return false;
    const int number = seen_++;
    const bool now = fault_.for_ever ? number >= fault_.countdown : number == fault_.countdown;
    if (now) ++failed_;
    return now;
}

void Disk::ack(std::int64_t number) {
    const std::lock_guard lock(mutex);
    DiskOp& op = log_.emplace_back();
    op.kind = DiskOp::Kind::ack;
    op.at = number;
}

void Disk::fail(const DiskFault& fault) {
    const std::lock_guard lock(mutex);
    fault_ = fault;
    failed_ = seen_ = 0;
}

std::vector<DiskOp> Disk::log() {
    const std::lock_guard lock(mutex);
    return log_;
}

Image Disk::image() {
    const std::lock_guard lock(mutex);
    Image image;
    for (const auto& [path, file] : names_) image[path] = file->content;
    return image;
}

void apply(Image& image, const DiskOp& op) {
    switch (op.kind) {
        case DiskOp::Kind::write:
            return put(image[op.path], static_cast<std::size_t>(op.at), op.bytes);
        case DiskOp::Kind::truncate:
            return image[op.path].resize(static_cast<std::size_t>(op.at));
        case DiskOp::Kind::remove:
            image.erase(op.path);
            return;
        case DiskOp::Kind::sync:
        case DiskOp::Kind::ack:
            return;
    }
}

Crashes::Crashes(Image before, const std::vector<DiskOp>& log, bool flushes_count)
    : durable_(std::move(before)), log_(log), flushes_count_(flushes_count) {}

void Crashes::settle(const DiskOp& op) {
    // The VFS asks for removals to be flushed at once; all else waits for the flush of its file.
    if (op.kind != DiskOp::Kind::sync && op.kind != DiskOp::Kind::remove) {
        if (op.kind != DiskOp::Kind::ack) pending_.push_back(&op);
        return;
    }
    if (!flushes_count_) return;
    for (const DiskOp* waiting : pending_)
        if (waiting->path == op.path) apply(durable_, *waiting);
    std::erase_if(pending_, [&](const DiskOp* waiting) { return waiting->path == op.path; });
    apply(durable_, op);
}

bool Crashes::next() {
    if (begun_) {
        if (step_ >= log_.size()) return false;
        settle(log_[step_++]);
    }
    begun_ = true;
    return step_ < log_.size();
}

Image Crashes::left(Variant variant, std::mt19937_64& random) const {
    Image image = durable_;
    const DiskOp& last = log_[step_];
    const bool writes = last.kind == DiskOp::Kind::write;
    if (variant == Variant::kept) return everything();
    if (variant == Variant::dropped) return image;
    if (variant == Variant::torn) {
        for (const DiskOp* op : pending_) {
            if (op->kind == DiskOp::Kind::write && random() % 8 == 0)
                apply_torn(image, *op, random);
            else
                apply(image, *op);
        }
        if (writes) apply_torn(image, last, random);
        return image;
    }
    for (const DiskOp* op : pending_)
        if (random() % 2 == 0) apply(image, *op);
    if (writes && random() % 2 == 0) apply(image, last);
    return image;
}

Image Crashes::everything() const {
    Image image = durable_;
    for (const DiskOp* op : pending_) apply(image, *op);
    apply(image, log_[step_]);
    return image;
}

}  // namespace gw::test
