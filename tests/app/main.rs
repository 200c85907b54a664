mod corpus;
mod package;
