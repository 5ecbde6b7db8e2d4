//! From blocks to pages: what is drawn, and the tree of tags that says what it is.

use super::block::{Block, Role, Run, Shape};
use super::face::Faces;
use super::{PdfOptions, Sheet};
use crate::PaperError;
use crate::brand::{Color, PINK};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

pub fn draw(blocks: &[Block], sheet: &Sheet, faces: &Faces, options: &PdfOptions<'_>) -> Result<Vec<u8>, PaperError> {
    let mut document = Document::new_with(SerializeSettings { enable_tagging: true, ..SerializeSettings::default() });
    document.set_metadata(
        Metadata::new()
            .title(options.title.to_owned())
            .authors(vec![options.author.to_owned()])
            .language(options.language.to_owned())
            .creator("Pink Blueberry Salon".to_owned()),
    );
    let mut tree = Tree::default();
    for page_blocks in pages(blocks, sheet.room()) {
        let used: f32 = page_blocks.iter().map(|block| block.height).sum();
        let height = sheet.height.unwrap_or(used + 2.0 * sheet.margin);
        let settings = PageSettings::from_wh(sheet.width, height)
            .ok_or_else(|| PaperError::Pdf(format!("a page of {} x {height} points", sheet.width)))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut pen = Pen { surface: &mut surface, faces, x: (sheet.width - sheet.column) / 2.0, y: sheet.margin };
        pen.stripe(sheet.width, STRIPE * sheet.unit);
        for block in page_blocks {
            let (figure, runs) = pen.block(block);
            tree.add(block, figure, runs);
            pen.y += block.height;
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree.finish(options.language));
    document.finish().map_err(|error| PaperError::Pdf(format!("{error:?}")))
}

/// Of the stripe at a page's head.
const STRIPE: f32 = 4.0;

/// Blocks by page, those that lead with what they lead to. A block that is higher than a page has one of its own.
fn pages(blocks: &[Block], room: f32) -> Vec<&[Block]> {
    let mut pages = Vec::new();
    let (mut first, mut used) = (0, 0.0);
    for (at, block) in blocks.iter().enumerate() {
        if used + block.height > room && at > first {
            let leads = blocks[first..at].iter().rev().take_while(|block| block.leads).count();
            let end = if at - leads > first { at - leads } else { at };
            pages.push(&blocks[first..end]);
            used = blocks[end..at].iter().map(|block| block.height).sum();
            first = end;
        }
        used += block.height;
    }
    pages.push(&blocks[first..]);
    pages
}

struct Pen<'a, 'b> {
    surface: &'a mut Surface<'b>,
    faces: &'a Faces,
    x: f32,
    y: f32,
}

impl Pen<'_, '_> {
    fn stripe(&mut self, width: f32, height: f32) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.fill(PINK, rect(0.0, 0.0, width, height));
        self.surface.end_tagged();
    }

    /// Draws a block; the tags of its picture and of its text.
    fn block(&mut self, block: &Block) -> (Option<Node>, Vec<(usize, Node)>) {
        let is_figure = matches!(block.role, Role::Figure(_));
        let tag =
            if is_figure { ContentTag::Other } else { ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)) };
        let mut figure = None;
        if !block.shapes.is_empty() {
            let id = self.surface.start_tagged(tag);
            figure = is_figure.then(|| Node::Leaf(id));
            for shape in &block.shapes {
                self.shape(shape);
            }
            self.surface.end_tagged();
        }
        let runs = block.runs.iter().filter(|run| !run.text.trim().is_empty());
        (figure, runs.map(|run| (run.cell, self.run(run))).collect())
    }

    fn run(&mut self, run: &Run) -> Node {
        let face = self.faces.of(run.style.weight);
        let at = Point::from_xy(self.x + run.x, self.y + run.baseline);
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        self.surface.set_fill(Some(fill(run.style.color)));
        self.surface.draw_glyphs(at, &face.glyphs(&run.text), face.font.clone(), &run.text, run.style.size, false);
        self.surface.end_tagged();
        Node::Leaf(id)
    }

    fn shape(&mut self, shape: &Shape) {
        let path = match shape {
            Shape::Rect { x, y, width, height, .. } => rect(self.x + x, self.y + y, *width, *height),
            Shape::Dots { x, y, across, down, dots } => {
                let place = |(column, row): (usize, usize)| {
                    (self.x + x + column as f32 * across, self.y + y + row as f32 * down)
                };
                let mut path = PathBuilder::new();
                for polygon in dots.outline() {
                    for (at, corner) in polygon.into_iter().enumerate() {
                        let (x, y) = place(corner);
                        if at == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
                    }
                    path.close();
                }
                path.finish()
            }
        };
        self.fill(shape.color(), path);
    }

    fn fill(&mut self, color: Color, path: Option<Path>) {
        if let Some(path) = path {
            self.surface.set_fill(Some(fill(color)));
            self.surface.draw_path(&path);
        }
    }
}

fn fill(Color(red, green, blue): Color) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

/// The tags, in reading order. Rows that follow one another are one table.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    head: Vec<Node>,
    body: Vec<Node>,
}

impl Tree {
    fn add(&mut self, block: &Block, figure: Option<Node>, runs: Vec<(usize, Node)>) {
        let leaves = |runs: Vec<(usize, Node)>| runs.into_iter().map(|(_, node)| node).collect::<Vec<_>>();
        match &block.role {
            Role::HeaderRow => {
                self.close_table();
                self.head.push(row(runs, |_| Tag::TH(TableHeaderScope::Column).into()));
            }
            Role::Row => self.body.push(row(runs, |cell| match cell {
                0 => Tag::TH(TableHeaderScope::Row).into(),
                _ => Tag::TD.into(),
            })),
            _ if runs.is_empty() && figure.is_none() => {}
            role => {
                self.close_table();
                let paragraph = match role {
                    Role::Heading => {
                        let title = block.runs.iter().map(|run| run.text.as_str()).collect();
                        TagGroup::with_children(Tag::Hn(NonZeroU16::MIN, Some(title)), leaves(runs))
                    }
                    _ => TagGroup::with_children(Tag::P, leaves(runs)),
                };
                if let (Role::Figure(alt), Some(figure)) = (role, figure) {
                    let picture = TagGroup::with_children(Tag::Figure(Some(alt.clone())), vec![figure]);
                    self.nodes.push(Node::Group(picture));
                }
                if !paragraph.children.is_empty() {
                    self.nodes.push(Node::Group(paragraph));
                }
            }
        }
    }

    fn close_table(&mut self) {
        let (head, body) = (std::mem::take(&mut self.head), std::mem::take(&mut self.body));
        let mut table = TagGroup::new(Tag::Table);
        if !head.is_empty() {
            table.push(TagGroup::with_children(Tag::THead, head));
        }
        if !body.is_empty() {
            table.push(TagGroup::with_children(Tag::TBody, body));
        }
        if !table.children.is_empty() {
            self.nodes.push(Node::Group(table));
        }
    }

    fn finish(mut self, language: &str) -> TagTree {
        self.close_table();
        TagTree::from(self.nodes).with_lang(Some(language.to_owned()))
    }
}

fn row(runs: Vec<(usize, Node)>, tag: impl Fn(usize) -> krilla::tagging::TagKind) -> Node {
    let cells = runs.into_iter().map(|(cell, leaf)| Node::Group(TagGroup::with_children(tag(cell), vec![leaf])));
    Node::Group(TagGroup::with_children(Tag::TR, cells.collect()))
}
